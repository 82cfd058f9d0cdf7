import Contract
import Wire

/// A system that calls, with the person on whose behalf it does.
struct Caller: Sendable {
    /// For people: "Tampere".
    let name: String
    /// Kind, code and system of its certificate: "municipality:837:casework".
    let identity: String
    let userID: String
    let connection: RPCChannel
    /// What the server said when it let the system in.
    let admission: RPCChannel.Admission

    var clients: ClientServiceClient { ClientServiceClient(connection) }
    var assessments: AssessmentServiceClient { AssessmentServiceClient(connection) }
    var sharing: SharingServiceClient { SharingServiceClient(connection) }
    var audit: AuditServiceClient { AuditServiceClient(connection) }
    var registry: RegistryServiceClient { RegistryServiceClient(connection) }

    func access(_ purpose: Purpose, _ reason: String) -> AccessContext {
        AccessContext.with {
            $0.userID = userID
            $0.purpose = purpose
            $0.reason = reason
        }
    }
}
