/// Where the daemon listens: "host:port", "[2001:db8::1]:port", or a host alone.
struct Endpoint: Equatable {
    /// The port of `icds-rpcd` unless its configuration says otherwise.
    static let portDefault = 7443

    let host: String
    let port: Int

    init(_ text: String) throws(UsageError) {
        let wrong = UsageError("\"\(text)\" is no server: write host:port or [address]:port")
        let host: Substring
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw wrong }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<colon]
            rest = text[colon...]
        }
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { throw wrong }
        self.host = String(host)
        if rest.isEmpty {
            port = Self.portDefault
            return
        }
        guard rest.first == ":", rest.dropFirst().allSatisfy(\.isNumber),
            let port = Int(rest.dropFirst()), (1...65_535).contains(port)
        else { throw wrong }
        self.port = port
    }
}
