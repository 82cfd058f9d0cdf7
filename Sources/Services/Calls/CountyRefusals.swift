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

    /// Runs a county's work in a municipality's records. Where the database has closed them since the
    /// register was read, no log can be written there, and the daemon's own says what happened.
    func countyWork<Value: Sendable>(
        _ call: CountyCall, _ body: () async throws -> Value
    ) async throws -> Value {
        try recorder.requireBudget(call.context)
        return try await StatusMapping.mapping {
            do {
                return try await body()
            } catch let error as DatabaseError where error.kind == .insufficientPrivilege {
                recorder.spend(call.context)
                recorder.note(call.context, reason: "TENANT_UNAVAILABLE")
                throw error
            }
        }
    }
}
