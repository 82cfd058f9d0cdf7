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
            try await record(refusal, call, about: subject)
            throw refusal.status
        }
    }

    /// In a task of its own, against a clock of its own: a caller that cancels, or that gives a call
    /// no time, must not escape the record.
    private func record(
        _ refusal: RefusedWork, _ call: TenantCall, about subject: AuditSubject
    ) async throws {
        let options = WorkOptions(deadline: .now + RefusalRecorder.timeLimit)
        let work = Task {
            guard let code = refusal.identityCode else {
                let entry = call.entry(subject, .refused(reason: refusal.status.reason))
                return try await store.record(entry, in: call.tenant, options: options)
            }
            try await keys.using(call.tenant) { keys in
                let entry = call.entry(
                    .identityCode(index: try keys.index(identityCode: code)),
                    .refused(reason: refusal.status.reason))
                try await store.record(entry, in: call.tenant, options: options)
            }
        }
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
    /// Whose code it is about, where it is not about whom the request named.
    let identityCode: String?

    init(_ status: RPCStatus, aboutIdentityCode identityCode: String? = nil) {
        self.status = status
        self.identityCode = identityCode
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
