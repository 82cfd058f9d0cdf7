import Contract
import Wire

/// What happened, printed as it happens and counted. Belongs to the task that runs the scenario.
final class Journal {
    private(set) var permittedCount = 0
    private(set) var refusedCount = 0
    private let clock = ContinuousClock()
    private let write: (String) -> Void

    init(write: @escaping (String) -> Void) {
        self.write = write
    }

    var callCount: Int { permittedCount + refusedCount }

    func heading(_ text: String) {
        write("\n\(text)\n\(String(repeating: "-", count: text.count))\n")
    }

    func line(_ text: String) {
        write(text + "\n")
    }

    /// Makes one call, prints it with its answer and the time it took, and holds it to what it must
    /// come to.
    ///
    /// Returns the answer, or nothing where the call was refused as expected. Throws `Deviation`
    /// where it came out otherwise.
    @discardableResult
    func call<Response: Sendable>(
        _ caller: Caller, _ method: MethodDescriptor, _ what: String,
        expecting expectation: Expectation = .permitted,
        answer: (Response) -> [String] = { _ in [] },
        _ body: () async throws -> Response
    ) async throws -> Response? {
        let start = clock.now
        let result: Result<Response, RPCStatus>
        do {
            result = .success(try await body())
        } catch let status as RPCStatus {
            result = .failure(status)
        }
        let time = Self.milliseconds(clock.now - start)
        let number = count(result)
        let service = method.fullName.replacing("icds.v1.", with: "", maxReplacements: 1)
        write("\(Self.pad("\(number)", 4)) \(caller.name): \(service) – \(what)\n")
        switch result {
        case .success(let response):
            write("     permitted in \(time)\n")
            for line in answer(response) { write("       \(line)\n") }
        case .failure(let status):
            write("     refused in \(time): \(status.code.name)/\(status.reason)\n")
            write("       \(status.message)\n")
            for line in Self.details(status) { write("       \(line)\n") }
        }
        var status: RPCStatus?
        if case .failure(let failure) = result { status = failure }
        guard expectation.isMet(by: status) else {
            let came = status.map { "\($0)" } ?? "permitted"
            throw Deviation("call \(number) must be \(expectation), but came out: \(came)")
        }
        return try? result.get()
    }

    /// Counts calls that are too many to print one by one.
    func count(permitted: Int) {
        permittedCount += permitted
    }

    /// Holds something that an answer shows to what it must be.
    func check(_ holds: Bool, _ what: String) throws {
        guard holds else { throw Deviation("does not hold: \(what)") }
        write("       checked: \(what)\n")
    }

    private func count(_ result: Result<some Any, RPCStatus>) -> Int {
        switch result {
        case .success: permittedCount += 1
        case .failure: refusedCount += 1
        }
        return callCount
    }

    static func milliseconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .microseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) ms"
    }

    private static func details(_ status: RPCStatus) -> [String] {
        status.details.flatMap { detail -> [String] in
            switch detail {
            case .fieldViolation(let field, let reason, let description):
                return ["\(field): \(reason): \(description)"]
            case .message(Decision.messageName, let bytes):
                return (try? Decision(decoding: bytes)).map(DecisionText.lines) ?? []
            case .message, .resource:
                return []
            }
        }
    }

    private static func pad(_ text: String, _ columns: Int) -> String {
        String(repeating: " ", count: max(0, columns - text.count)) + text
    }
}
