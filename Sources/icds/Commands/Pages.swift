/// Lists that come in pages.
enum Pages {
    /// Pages of one list at the most: a server that never ends its list is not followed for ever.
    static let countMax = 10_000

    /// Every item, from the first page to the one without a token for the next.
    static func all<Item>(
        limit: Int = .max, _ page: (_ token: String) async throws -> (items: [Item], next: String)
    ) async throws -> [Item] {
        var items: [Item] = []
        var token = ""
        for _ in 0..<countMax {
            try Task.checkCancellation()
            let (found, next) = try await page(token)
            items += found
            if next.isEmpty || items.count >= limit { break }
            token = next
        }
        return Array(items.prefix(limit))
    }
}
