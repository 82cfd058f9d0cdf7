import Contract
import Logging
import Tenancy
import Wire

/// Who is let in, and what a call may name.
///
/// Admission goes by the very certificate: its fingerprint is registered, not revoked and not expired,
/// for the URI that it shows, and its organisation is active. The tenant comes from the certificate
/// alone; a request that names another municipality is refused, and that municipality's log says so.
struct DaemonAuthority: ServerAuthority {
    let registryCache: RegistryCache
    let registry: Registry
    let recorder: RefusalRecorder
    /// Whether rows have waited too long for their seals: of all logs (nil) or of a municipality's.
    var isSealingOverdue: @Sendable (_ municipalityCode: String?) -> Bool = { _ in false }
    let logger: Logger
    /// Unix time in seconds; tests bring their own.
    var now: @Sendable () -> Int64 = { Timestamp.now().seconds }

    // MARK: Connections

    func admit(_ peer: PeerIdentity) async throws(RPCStatus) {
        let register = try snapshot()
        if register.isAdmitted(fingerprint: peer.certificateFingerprint, uri: peer.uri) { return }
        if let certificate = register.certificates[peer.certificateFingerprint] {
            throw Self.refusal(of: certificate, showing: peer.uri)
        }
        // Not in memory: unknown, revoked, expired, or registered a moment ago by another daemon.
        try await admitByDatabase(peer)
    }

    private func admitByDatabase(_ peer: PeerIdentity) async throws(RPCStatus) {
        let found: SystemCertificate?
        do {
            found = try await registry.system(
                fingerprint: peer.certificateFingerprint,
                options: WorkOptions(deadline: .now + RefusalRecorder.timeLimit))
            if found?.status == .active { try await registryCache.reload() }
        } catch {
            logger.error(
                "a peer's certificate cannot be looked up", metadata: ["error": "\(error)"])
            throw StatusMapping.registryUnavailable
        }
        guard let found else { throw AuthorityRefusals.notRegistered }
        guard found.status == .active else { throw AuthorityRefusals.revoked }
        if try snapshot().isAdmitted(fingerprint: peer.certificateFingerprint, uri: peer.uri) {
            return
        }
        throw Self.refusal(of: found, showing: peer.uri)
    }

    private static func refusal(
        of certificate: SystemCertificate, showing uri: String
    ) -> RPCStatus {
        certificate.uri == uri
            ? AuthorityRefusals.organisationNotActive : AuthorityRefusals.notRegistered
    }

    /// While the registry is too old to go by, nobody is shut out and nothing is answered: `authorize`
    /// refuses every call that needs to know who is who.
    func isAdmitted(_ peer: PeerIdentity) -> Bool {
        guard let register = try? snapshot() else { return true }
        let fingerprint = peer.certificateFingerprint
        guard register.isAdmitted(fingerprint: fingerprint, uri: peer.uri) else { return false }
        // TLS judged the validity when the connection began, and the snapshot may be of this morning.
        return register.certificates[fingerprint].map { now() <= $0.notAfter.seconds } ?? false
    }

    // MARK: Calls

    func authorize(_ context: ServerContext) async throws {
        // Whether the service can do its work must be answered while the registry is away.
        guard context.method.service != HealthServiceMethods.check.service else { return }
        let whose =
            context.peer.kind == .municipality
            ? context.peer.code : context.address.municipalityCode
        if context.method.isAudited, isSealingOverdue(whose) {
            throw StatusMapping.auditNotSealed
        }
        let register = try snapshot()
        guard context.peer.kind == .municipality else {
            try requireServed(context.address.municipalityCode, of: context, in: register)
            return
        }
        if let named = context.address.municipalityCode, named != context.peer.code {
            try await recorder.record(
                context, reason: AuthorityRefusals.foreignOrganisation.reason, in: register)
            throw AuthorityRefusals.foreignOrganisation
        }
        try requireServed(context.peer.code, of: context, in: register)
        if context.method.isAudited, context.address.userID == nil {
            let refusal = AuthorityRefusals.userMissing
            try await recorder.record(context, reason: refusal.reason, in: register)
            throw refusal
        }
    }

    /// While a municipality's schema waits for its migration, nothing of it is looked at, and its log
    /// cannot be written: the call is to be made again. What the server can do may be asked meanwhile.
    private func requireServed(
        _ municipalityCode: String?, of context: ServerContext, in register: RegistrySnapshot
    ) throws(RPCStatus) {
        guard let municipalityCode, register.isBeingMigrated(municipalityCode),
            context.method.service != ReflectionServiceMethods.listServices.service
        else { return }
        throw StatusMapping.tenantBeingMigrated
    }

    /// A caller that is refused too often gets the method table's answer all the same: it tells nothing,
    /// and nothing was looked at.
    func recordRefusal(_ context: ServerContext, _ status: RPCStatus) async throws {
        do {
            try await recorder.record(context, reason: status.reason, in: try snapshot())
        } catch AuthorityRefusals.tooManyRefusals {
            return
        }
    }

    private func snapshot() throws(RPCStatus) -> RegistrySnapshot {
        do throws(RegistryError) {
            return try registryCache.current()
        } catch {
            throw StatusMapping.registryUnavailable
        }
    }
}
