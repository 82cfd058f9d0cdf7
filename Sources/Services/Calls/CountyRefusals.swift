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

    /// Runs a county's work that changes a municipality's records, once for an idempotency key, as
    /// `TenantWork.change` does. To be used inside `countyWork`.
    func change<Response: WireMessage>(
        _ request: some WireMessage, _ call: CountyCall, in tenant: TenantSchema,
        entry: AuditEntry, _ body: (Transaction) async throws -> Response
    ) async throws -> Response {
        do {
            return try await sharingKeys.using(tenant) { keys in
                try await sharing.change(
                    in: tenant, for: call.county,
                    once: try IdempotencyClaim(request, call.context, keys),
                    options: WorkOptions(deadline: call.context.deadline),
                    answer: { try $0.encoded() }, repeated: { _ in entry }
                ) { Audited(try await body($0), entry) }.answer()
            }
        } catch let error as IsolationError {
            guard let status = IdempotencyRefusals.status(of: error) else { throw error }
            if status.code == .unavailable { throw status }
            throw RefusedWork(status)
        }
    }
}
