import Wire

/// What came of provisioning many municipalities.
struct ProvisionReport {
    struct Failure {
        let code: String
        let status: RPCStatus
    }

    /// After this many failures in a row the rest is not tried: the daemon or its database is away.
    static let failuresInARowMax = 10

    let total: Int
    private(set) var madeCodes: [String] = []
    private(set) var codesThere: [String] = []
    private(set) var failures: [Failure] = []
    private var failuresInARow = 0
    var wasInterrupted = false

    init(total: Int) {
        self.total = total
    }

    var isHopeless: Bool { failuresInARow >= Self.failuresInARowMax }
    var leftCount: Int { total - madeCodes.count - codesThere.count - failures.count }

    mutating func made(_ code: String) {
        madeCodes.append(code)
        failuresInARow = 0
    }

    mutating func wasThere(_ code: String) {
        codesThere.append(code)
        failuresInARow = 0
    }

    mutating func failed(_ code: String, _ status: RPCStatus) {
        failures.append(Failure(code: code, status: status))
        failuresInARow += 1
    }

    /// Nothing where all is done.
    var exitStatus: ExitStatus? {
        if wasInterrupted { return .interrupted }
        return failures.isEmpty && leftCount == 0 ? nil : .partial
    }

    func text(columnsMax: Int?) -> String {
        var text = ""
        if !failures.isEmpty {
            var table = Table([.fixed("code"), .fixed("failed with"), .flexible("message")])
            for failure in failures.sorted(by: { $0.code < $1.code }) {
                let status = failure.status
                table.add([
                    failure.code, "\(status.code.name)/\(status.reason)", status.message,
                ])
            }
            text += table.rendered(columnsMax: columnsMax) + "\n"
        }
        text += "\(madeCodes.count) made, \(codesThere.count) there already"
        text += ", \(failures.count) failed, \(leftCount) not tried\n"
        // A municipality that there is not will not be there the next time.
        if leftCount > 0 || failures.contains(where: { $0.status.code != .notFound }) {
            text += "Run it again: it goes on where it stopped.\n"
        }
        return text
    }

    var json: JSONValue {
        let failed = failures.sorted { $0.code < $1.code }.map { failure in
            JSONValue.object([
                JSONMember(name: "municipalityCode", value: .string(failure.code)),
                JSONMember(name: "code", value: .string(failure.status.code.name)),
                JSONMember(name: "reason", value: .string(failure.status.reason)),
                JSONMember(name: "message", value: .string(failure.status.message)),
            ])
        }
        let texts = { (codes: [String]) in JSONValue.array(codes.sorted().map { .string($0) }) }
        return .object([
            JSONMember(name: "made", value: texts(madeCodes)),
            JSONMember(name: "thereAlready", value: texts(codesThere)),
            JSONMember(name: "failed", value: .array(failed)),
            JSONMember(name: "notTriedCount", value: .number("\(leftCount)")),
            JSONMember(name: "interrupted", value: .bool(wasInterrupted)),
        ])
    }
}
