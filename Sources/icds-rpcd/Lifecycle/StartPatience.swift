import Logging
import Tenancy

/// Work on the database before the daemon is ready: made again for as long as it fails in a way that
/// passes. A daemon that starts while its database goes or comes is not ready, and not broken either.
struct StartPatience: Sendable {
    static let pause: Duration = .milliseconds(500)

    let logger: Logger

    /// - Parameter work: safe to run again.
    /// - Throws: what does not pass; `CancellationError`.
    func run<Value>(_ work: () async throws -> Value) async throws -> Value {
        while true {
            do {
                return try await work()
            } catch let error as DatabaseError where Self.passes(error.kind) {
                logger.notice("waiting for the database", metadata: ["error": "\(error)"])
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    static func passes(_ kind: DatabaseError.Kind) -> Bool {
        switch kind {
        case .unavailable, .overloaded, .tenantBusy, .deadlineExceeded, .serialization, .readOnly,
            .diskFull, .locked, .outcomeUnknown:
            true
        default: false
        }
    }
}
