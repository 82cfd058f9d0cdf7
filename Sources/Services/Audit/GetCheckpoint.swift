import AuditProof
import Contract
import Tenancy
import Wire

/// The newest checkpoint, and that it continues one that the caller has.
struct GetCheckpoint: Sendable {
    static let notFound = RPCStatus(
        .notFound, "CHECKPOINT_NOT_FOUND", "No checkpoint was made yet; the first comes soon.",
        retryAfterMilliseconds: 60_000)

    let log: OperatorLog

    func callAsFunction(_ request: GetCheckpointRequest) async throws -> GetCheckpointResponse {
        try await StatusMapping.mapping {
            guard let newest = try await log.newest() else { throw Self.notFound }
            let size = newest.entry.number
            guard request.knownSize <= size else {
                var violations = FieldViolations()
                violations.add(
                    "known_size", .outOfRange, "The operator's log has \(size) entries.")
                try violations.throwIfAny()
                return GetCheckpointResponse()
            }
            var response = GetCheckpointResponse()
            response.note = newest.note
            response.consistency = try await log.consistency(from: request.knownSize, to: size)
            return response
        }
    }
}
