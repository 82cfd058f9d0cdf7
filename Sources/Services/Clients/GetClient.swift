import Contract
import Tenancy
import Wire

/// Reads one client by its id. Client, sources and audit row go in one pipeline with one round trip:
/// the commonest call there is.
struct GetClient: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: GetClientRequest, _ call: TenantCall
    ) async throws -> GetClientResponse {
        let subject = AuditSubject(clientID: request.clientID)
        try await environment.tenantWork.perform(call, about: subject) {
            var violations = FieldViolations()
            AccessValidation.check(request.access, &violations)
            try violations.refuseIfAny()
            guard UUIDText.isValid(request.clientID) else {
                throw RefusedWork(ClientRefusals.notFound)
            }
        }
        return try await StatusMapping.mapping {
            try await environment.keys.using(call.tenant) { _ in
                try await get(request, call, subject)
            }
        }
    }

    private func get(
        _ request: GetClientRequest, _ call: TenantCall, _ subject: AuditSubject
    ) async throws -> GetClientResponse {
        let results = try await environment.tenants.run(
            [
                WorkStep(ClientStatements.get, [.uuid(request.clientID)]),
                WorkStep(ClientStatements.sources, [.uuid(request.clientID)]),
            ], in: call.tenant,
            audit: call.entry(
                subject, ClientRefusals.foundOrRefused, reading: ClientField.categories),
            options: call.options)
        // The row has said the same: refused, since there is no such client.
        guard let row = results[0].first else { throw ClientRefusals.notFound }
        let record = try ClientRecord(row, municipalityCode: call.municipalityCode)
        let client = try await environment.opened(record, in: call.tenant)
            .with(sources: results[1])
        return GetClientResponse.with { $0.client = client }
    }
}
