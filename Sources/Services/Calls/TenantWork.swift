import Tenancy
import Wire

/// Runs a municipality's work so that nothing leaves without its row in the log: what is permitted
/// has its row in the same transaction; what is refused gets one of its own.
struct TenantWork: Sendable {
    let store: TenantStore
    let keys: TenantKeyring

    /// Runs `body`. A status that it throws is a refusal and is recorded as one about `subject`
    /// before the caller learns of it; failures of the database are not, since nothing was accessed.
    func perform<Value: Sendable>(
        _ call: TenantCall, about subject: AuditSubject, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await StatusMapping.mapping(body)
        } catch let refusal as RefusedWork {
            try await record(refusal.status, call, refusal.subject ?? subject)
            throw refusal.status
        }
    }

    /// In a task of its own, against a clock of its own: a caller that cancels, or that gives a call
    /// no time, must not escape the record.
    private func record(
        _ status: RPCStatus, _ call: TenantCall, _ subject: AuditSubject
    ) async throws {
        let entry = call.entry(subject, .refused(reason: status.reason))
        let options = WorkOptions(deadline: .now + RefusalRecorder.timeLimit)
        let work = Task { try await store.record(entry, in: call.tenant, options: options) }
        guard case .failure(let error) = await work.result else { return }
        if let error = error as? DatabaseError, error.kind == .insufficientPrivilege {
            // Suspended meanwhile: the database keeps even its log closed.
            throw StatusMapping.status(of: error) ?? StatusMapping.auditUnavailable
        }
        throw StatusMapping.auditUnavailable
    }
}

/// A refusal for a reason of the domain, to be recorded and then answered.
struct RefusedWork: Error {
    let status: RPCStatus
    /// Whom the refusal is about, where it is not whom the request named.
    let subject: AuditSubject?

    init(_ status: RPCStatus, about subject: AuditSubject? = nil) {
        self.status = status
        self.subject = subject
    }
}

extension FieldViolations {
    /// As `throwIfAny`, as a refusal that is recorded.
    func refuseIfAny() throws {
        do throws(RPCStatus) {
            try throwIfAny()
        } catch {
            throw RefusedWork(error)
        }
    }
}
