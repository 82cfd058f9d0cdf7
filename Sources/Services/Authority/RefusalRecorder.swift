import Contract
import Logging
import Tenancy
import Wire

/// Writes refusals into the log of the municipality whose data were asked for: the one that the
/// request names, or the caller's own where it names none. Where neither keeps a log, the daemon's
/// own log says that it happened.
///
/// A caller can neither cancel the record nor starve it with a short deadline: it runs in a task of its
/// own, against a clock of its own.
struct RefusalRecorder: Sendable {
    /// Long enough for a busy database, short enough to answer a waiting caller.
    static let timeLimit: Duration = .seconds(5)

    let refusals: RefusalLog
    /// Keys read in the name of the sharing role, which may see to any tenant's refusals.
    let keys: TenantKeyring
    let logger: Logger

    /// - Throws: UNAVAILABLE/AUDIT_UNAVAILABLE where the row cannot be written: no row, no answer.
    func record(
        _ context: ServerContext, reason: String, in register: RegistrySnapshot
    ) async throws(RPCStatus) {
        let work = Task { try await write(context, reason: reason, in: register) }
        guard case .failure(let error) = await work.result else { return }
        logger.error(
            "a refusal could not be recorded",
            metadata: ["call": "\(context.callReference)", "error": "\(error)"])
        throw StatusMapping.auditUnavailable
    }

    private func write(
        _ context: ServerContext, reason: String, in register: RegistrySnapshot
    ) async throws {
        let deadline = ContinuousClock.now + Self.timeLimit
        guard let (tenant, isNamed) = Self.tenant(of: context, in: register) else {
            logger.notice(
                "refused a call that names no municipality with a log",
                metadata: [
                    "call": "\(context.callReference)", "caller": "\(context.peer.uri)",
                    "method": "\(context.method.fullName)", "reason": "\(reason)",
                ])
            return
        }
        let entry = AuditEntry(
            actor: AuditActor(context), method: context.method.fullName,
            outcome: .refused(reason: reason), purpose: Int(context.address.purpose),
            statedReason: context.address.reason,
            subject: isNamed ? try await subject(context.address, in: tenant) : .none,
            callReference: context.callReference)
        try await refusals.record(entry, in: tenant, deadline: deadline)
    }

    /// Whose log it belongs into, and whether what the request names may be one of that municipality's
    /// clients. A client that is named beside a municipality that keeps no log is nobody's.
    private static func tenant(
        of context: ServerContext, in register: RegistrySnapshot
    ) -> (TenantSchema, Bool)? {
        if let named = context.address.municipalityCode,
            let tenant = register.activeTenant(named)
        {
            return (tenant, true)
        }
        guard context.peer.kind == .municipality,
            let own = register.activeTenant(context.peer.code)
        else { return nil }
        return (own, context.address.municipalityCode == nil)
    }

    /// What the request names, by the blind index where it is an identity code. A text that is no code
    /// names nobody, and no key is needed to know that.
    private func subject(
        _ address: RequestAddress, in tenant: TenantSchema
    ) async throws -> AuditSubject {
        var index: [UInt8]?
        if let text = address.identityCode,
            let code = try? IdentityCode(text, accepting: .realAndArtificial)
        {
            index = try await keys.key(for: tenant).index(identityCode: code.text)
        }
        return AuditSubject(
            clientID: address.clientID, identityCodeIndex: index,
            assessmentID: address.assessmentID, caseReference: address.caseReference)
    }
}
