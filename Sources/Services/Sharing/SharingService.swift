import Contract
import Wire

/// Disclosure to wellbeing services counties (Act 681/2023 chapter 9; docs/sharing.md).
struct SharingService: SharingServiceProtocol {
    let environment: ServiceEnvironment

    func fetch(_ request: FetchRequest, context: ServerContext) async throws -> FetchResponse {
        let outcome = try await SharingWork(environment: environment)(
            SharingQuery(request), CountyCall(context), releasing: true)
        guard outcome.decision.outcome == .permitted else {
            throw try RPCStatus(refusing: outcome.decision)
        }
        return FetchResponse.with {
            $0.decision = outcome.decision
            $0.client = outcome.client
            $0.assessment = outcome.assessment
            $0.sources = outcome.sources
        }
    }

    func explain(
        _ request: ExplainRequest, context: ServerContext
    ) async throws -> ExplainResponse {
        let outcome = try await SharingWork(environment: environment)(
            SharingQuery(request), CountyCall(context), releasing: false)
        return ExplainResponse.with { $0.decision = outcome.decision }
    }
}

extension RPCStatus {
    /// PERMISSION_DENIED with the decision's reason, and the whole decision as a typed detail.
    init(refusing decision: Decision) throws {
        let unmet = decision.conditions.first { !$0.met }
        self.init(
            .permissionDenied, decision.reason,
            "Refused: this does not hold. \(unmet?.descriptionText ?? "")",
            details: [
                .message(typeName: Decision.messageName, bytes: try decision.encoded())
            ])
    }
}
