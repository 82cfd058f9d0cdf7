import Contract
import Tenancy
import Wire

/// A call of a municipality's own system: which schema it works in, and what the log says of it. The
/// tenant comes from the certificate alone.
struct TenantCall: Sendable {
    let tenant: TenantSchema
    let context: ServerContext

    var municipalityCode: String { tenant.code }
    /// The employee, as the calling system named them; the authority has seen to it that there is one.
    var userID: String { context.address.userID ?? "" }
    var options: WorkOptions { WorkOptions(deadline: context.deadline) }

    init(_ context: ServerContext) throws {
        guard context.peer.kind == .municipality,
            let tenant = TenantSchema(municipalityCode: context.peer.code)
        else {
            throw RPCStatus(
                .permissionDenied, "CALLER_NOT_PERMITTED", "Only municipalities may call this.")
        }
        self.tenant = tenant
        self.context = context
    }

    /// What the log keeps of this call.
    ///
    /// - Parameter reading: groups of section 73 that the answer can have: where it is permitted, the
    ///   employee has read them. Of a look that finds nobody the log says none.
    func entry(
        _ subject: AuditSubject, _ outcome: AuditOutcome = .permitted,
        reading categories: [DataCategory] = []
    ) -> AuditEntry {
        AuditEntry(
            actor: AuditActor(context), method: context.method.fullName, outcome: outcome,
            purpose: Int(purpose.rawValue), statedReason: context.address.reason, subject: subject,
            released: categories.map { Int($0.rawValue) }.sorted(),
            callReference: context.callReference)
    }

    /// A municipality that does not say what for works for its own integration services (section 72,
    /// item 1).
    private var purpose: Purpose {
        let stated = Purpose(rawValue: context.address.purpose)
        return stated == .unspecified ? .integrationServices : stated
    }
}

extension AuditActor {
    /// Who calls: the certificate's organisation and system, and the user that the request names.
    init(_ context: ServerContext) {
        self.init(
            kind: RegisteredOrganisation.Kind(context.peer.kind), code: context.peer.code,
            system: context.peer.system, userID: context.address.userID)
    }
}

extension RegisteredOrganisation.Kind {
    init(_ kind: PeerKind) {
        switch kind {
        case .municipality: self = .municipality
        case .county: self = .county
        case .operator: self = .operator
        case .agency: self = .agency
        }
    }
}
