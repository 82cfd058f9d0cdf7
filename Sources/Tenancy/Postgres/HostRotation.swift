/// One server that may be the primary.
struct DatabaseHost: Equatable {
    /// libpq's `host`, `hostaddr` and `port`, as far as they were given.
    var parameters: [(keyword: String, value: String)]

    static func == (left: DatabaseHost, right: DatabaseHost) -> Bool {
        left.parameters.elementsEqual(right.parameters) {
            $0.keyword == $1.keyword && $0.value == $1.value
        }
    }

    /// Lists of libpq's `host`, `hostaddr` and `port`, one element a server. A single port serves all
    /// of them.
    ///
    /// - Throws: `.unavailable` when the lists have different lengths.
    static func split(
        _ parameters: [(keyword: String, value: String)]
    ) throws(DatabaseError) -> [DatabaseHost] {
        let listed = parameters.filter { ["host", "hostaddr", "port"].contains($0.keyword) }
        var lists = listed.map {
            ($0.keyword, $0.value.split(separator: ",", omittingEmptySubsequences: false))
        }
        let count = lists.filter { $0.0 != "port" }.map(\.1.count).max() ?? 1
        for index in lists.indices where lists[index].0 == "port" && lists[index].1.count == 1 {
            lists[index].1 = Array(repeating: lists[index].1[0], count: count)
        }
        guard lists.allSatisfy({ $0.1.count == count }) else {
            throw DatabaseError(.unavailable, "hosts and ports do not match in number")
        }
        return (0..<count).map { index in
            DatabaseHost(parameters: lists.map { (keyword: $0.0, value: String($0.1[index])) })
        }
    }
}

/// Which server to try next. One that fails is followed by the next at once; only when all of them have
/// failed is there a pause. The one that answered last is tried first.
struct HostRotation {
    private let hosts: [DatabaseHost]
    private var index = 0
    private var failedInTurn = 0

    /// - Parameter hosts: at least one.
    init(_ hosts: [DatabaseHost]) { self.hosts = hosts }

    var current: DatabaseHost? { hosts.indices.contains(index) ? hosts[index] : nil }

    mutating func succeeded() { failedInTurn = 0 }

    /// True when every server has failed since one last succeeded or the last pause: time for one.
    @discardableResult
    mutating func failed() -> Bool {
        guard hosts.count > 1 else { return true }
        index = (index + 1) % hosts.count
        failedInTurn += 1
        guard failedInTurn >= hosts.count else { return false }
        failedInTurn = 0
        return true
    }
}
