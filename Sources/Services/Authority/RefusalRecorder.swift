import Contract
import Logging
import Synchronization
import Tenancy
import Wire

/// Writes refusals into the log of the municipality whose data were asked for: the one that the
/// request names, or the caller's own where it names none. Where neither keeps a log, the daemon's
/// own log says that it happened. How often one organisation may be refused about others' clients is
/// bounded (`RefusalBudget`).
///
/// A caller can neither cancel the record nor starve it with a short deadline: it runs in a task of its
/// own, against a clock of its own.
final class RefusalRecorder: Sendable {
    /// Long enough for a busy database, short enough to answer a waiting caller.
    static let timeLimit: Duration = .seconds(5)

    let refusals: RefusalLog
    /// Keys read in the name of the sharing role, which may see to any tenant's refusals.
    let keys: TenantKeyring
    let logger: Logger
    private let budget = Mutex(RefusalBudget())
    private let recorded = Atomic(0)

    /// Refusals that were recorded: in a municipality's log, or where there is none in the daemon's.
    var recordedCount: Int { recorded.load(ordering: .relaxed) }

    init(refusals: RefusalLog, keys: TenantKeyring, logger: Logger) {
        self.refusals = refusals
        self.keys = keys
        self.logger = logger
    }

    /// - Throws: UNAVAILABLE/AUDIT_UNAVAILABLE where the row cannot be written: no row, no answer;
    ///   RESOURCE_EXHAUSTED/TOO_MANY_REFUSALS as `requireBudget` does.
    func record(
        _ context: ServerContext, reason: String, in register: RegistrySnapshot
    ) async throws(RPCStatus) {
        try requireBudget(context)
        charge(context)
        let work = Task { try await write(context, reason: reason, in: register) }
        guard case .failure(let error) = await work.result else {
            recorded.add(1, ordering: .relaxed)
            return
        }
        logger.error(
            "a refusal could not be recorded",
            metadata: ["call": "\(context.callReference)", "error": "\(error)"])
        throw StatusMapping.auditUnavailable
    }

    /// Refuses a caller that was refused too often about others' clients, before anything is looked at.
    ///
    /// - Throws: RESOURCE_EXHAUSTED/TOO_MANY_REFUSALS.
    func requireBudget(_ context: ServerContext) throws(RPCStatus) {
        guard let caller = Self.stranger(context) else { return }
        let verdict = budget.withLock { $0.look(at: caller, now: .now) }
        guard case .exhausted(let isFirst) = verdict else { return }
        if isFirst {
            logger.warning(
                "an organisation is refused about others' clients again and again",
                metadata: [
                    "call": "\(context.callReference)", "caller": "\(context.peer.uri)",
                    "method": "\(context.method.fullName)",
                ])
        }
        throw AuthorityRefusals.tooManyRefusals
    }

    /// Counts a refusal that was recorded elsewhere, with its decision.
    func spend(_ context: ServerContext) {
        recorded.add(1, ordering: .relaxed)
        charge(context)
    }

    private func charge(_ context: ServerContext) {
        guard let caller = Self.stranger(context) else { return }
        budget.withLock { $0.spend(by: caller, now: .now) }
    }

    /// The caller, unless it is a municipality that asked for its own.
    private static func stranger(_ context: ServerContext) -> OrganisationKey? {
        let named = context.address.municipalityCode
        if context.peer.kind == .municipality, named == nil || named == context.peer.code {
            return nil
        }
        return OrganisationKey(
            kind: RegisteredOrganisation.Kind(context.peer.kind), code: context.peer.code)
    }

    /// What no tenant's log can say, since the municipality is not let in or there is none: the daemon's
    /// own log says it. Nothing of the request but who called what.
    func note(_ context: ServerContext, reason: String) {
        logger.notice(
            "refused a call that names no municipality with a log",
            metadata: [
                "call": "\(context.callReference)", "caller": "\(context.peer.uri)",
                "method": "\(context.method.fullName)", "reason": "\(reason)",
            ])
    }

    private func write(
        _ context: ServerContext, reason: String, in register: RegistrySnapshot
    ) async throws {
        let deadline = ContinuousClock.now + Self.timeLimit
        guard let (tenant, isNamed) = Self.tenant(of: context, in: register) else {
            note(context, reason: reason)
            return
        }
        let code = isNamed ? Self.identityCode(context.address) : nil
        guard let code else {
            let subject = isNamed ? Self.subject(context.address) : .none
            return try await refusals.record(
                entry(context, reason, subject), in: tenant, deadline: deadline)
        }
        try await keys.using(tenant) { keys in
            let subject = Self.subject(
                context.address, try keys.index(identityCode: code.text))
            try await refusals.record(
                entry(context, reason, subject), in: tenant, deadline: deadline)
        }
    }

    private func entry(
        _ context: ServerContext, _ reason: String, _ subject: AuditSubject
    ) -> AuditEntry {
        AuditEntry(
            actor: AuditActor(context), method: context.method.fullName,
            outcome: .refused(reason: reason), purpose: Int(context.address.purpose),
            statedReason: context.address.reason, subject: subject,
            callReference: context.callReference)
    }

    /// Whose log it belongs into, and whether what the request names may be one of that municipality's
    /// clients. A client that is named beside a municipality that keeps no log is nobody's.
    private static func tenant(
        of context: ServerContext, in register: RegistrySnapshot
    ) -> (TenantSchema, Bool)? {
        if let named = context.address.municipalityCode,
            let tenant = register.servedTenant(named)
        {
            return (tenant, true)
        }
        guard context.peer.kind == .municipality,
            let own = register.servedTenant(context.peer.code)
        else { return nil }
        return (own, context.address.municipalityCode == nil)
    }

    /// The code that the request names. A text that is no code names nobody, and no key is needed to know
    /// that.
    private static func identityCode(_ address: RequestAddress) -> IdentityCode? {
        address.identityCode.flatMap { try? IdentityCode($0, accepting: .realAndArtificial) }
    }

    /// What the request names, by the blind index where it is an identity code.
    private static func subject(
        _ address: RequestAddress, _ index: BlindIndex? = nil
    ) -> AuditSubject {
        AuditSubject(
            clientID: address.clientID, identityCodeIndex: index,
            assessmentID: address.assessmentID, caseReference: address.caseReference)
    }
}
