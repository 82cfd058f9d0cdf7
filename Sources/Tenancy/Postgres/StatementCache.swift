/// Which statements one connection has prepared, the least recently used ones leaving first.
struct StatementCache {
    enum Lookup: Equatable {
        case ready(serverName: String)
        /// Another segment under way prepares it; if that fails, it will not be there.
        case preparing(serverName: String)
        case absent
    }

    private struct Entry {
        var serverName: String
        var isReady: Bool
        var lastUse: UInt64
    }

    let countMax: Int
    private var entries: [StatementKey: Entry] = [:]
    private var useCount: UInt64 = 0
    /// Statements prepared since the connection was made.
    private(set) var preparedTotal = 0

    init(countMax: Int) { self.countMax = max(1, countMax) }

    var count: Int { entries.count }

    func peek(_ key: StatementKey) -> Lookup {
        guard let entry = entries[key] else { return .absent }
        return entry.isReady
            ? .ready(serverName: entry.serverName) : .preparing(serverName: entry.serverName)
    }

    mutating func use(_ key: StatementKey) -> Lookup {
        useCount += 1
        entries[key]?.lastUse = useCount
        return peek(key)
    }

    /// Notes that the statement is being prepared and gives the name for it. Names are never used
    /// twice on a connection, so that one still to be deallocated is not in the way.
    mutating func insert(_ key: StatementKey, name: String, schema: TenantSchema?) -> String {
        useCount += 1
        preparedTotal += 1
        let serverName = "\(name)@\(schema?.name ?? "-")~\(preparedTotal)"
        entries[key] = Entry(serverName: serverName, isReady: false, lastUse: useCount)
        return serverName
    }

    mutating func markReady(_ key: StatementKey) { entries[key]?.isReady = true }

    /// Forgets a statement whose preparation failed or was skipped.
    mutating func dropUnprepared(_ key: StatementKey) {
        if entries[key]?.isReady == false { entries[key] = nil }
    }

    /// When there are more than allowed: takes out the least recently used ones, a twentieth more
    /// than needed so that this is rare, and gives the names to deallocate.
    mutating func evict() -> [String] {
        guard entries.count > countMax else { return [] }
        let surplus = entries.count - countMax + countMax / 20
        let oldest = entries.filter(\.value.isReady)
            .sorted { $0.value.lastUse < $1.value.lastUse }.prefix(surplus)
        for (key, _) in oldest { entries[key] = nil }
        return oldest.map(\.value.serverName)
    }
}
