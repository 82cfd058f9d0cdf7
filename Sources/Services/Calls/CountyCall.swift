import Contract
import Tenancy
import Wire

/// A call of a county's system, about a municipality that the request names.
struct CountyCall: Sendable {
    let county: CountyCode
    let context: ServerContext

    /// One snapshot for decision and data.
    var options: WorkOptions {
        WorkOptions(isolation: .repeatableRead, deadline: context.deadline)
    }

    init(_ context: ServerContext) throws {
        guard context.peer.kind == .county, let county = CountyCode(context.peer.code) else {
            throw RPCStatus(
                .permissionDenied, "CALLER_NOT_PERMITTED", "Only counties may call this.")
        }
        self.county = county
        self.context = context
    }

    func entry(_ subject: AuditSubject, _ outcome: AuditOutcome) -> AuditEntry {
        AuditEntry(
            actor: AuditActor(context), method: context.method.fullName, outcome: outcome,
            purpose: Int(context.address.purpose), statedReason: context.address.reason,
            subject: subject, callReference: context.callReference)
    }
}
