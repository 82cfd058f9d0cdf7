import Tenancy
import Wire

extension ServiceEnvironment {
    /// Refuses a county's malformed request: recorded with the municipality that it names, where that
    /// one keeps a log, and then answered.
    func refuse(
        _ violations: FieldViolations, _ call: CountyCall
    ) async throws {
        do throws(RPCStatus) {
            try violations.throwIfAny()
        } catch {
            try await recorder.record(call.context, reason: error.reason, in: snapshot())
            throw error
        }
    }
}
