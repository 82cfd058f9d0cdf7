import Contract
import Tenancy
import Wire

/// Finds one client by the exact personal identity code, through the blind index.
struct FindClient: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: FindClientRequest, _ call: TenantCall
    ) async throws -> FindClientResponse {
        let code = try await environment.tenantWork.perform(call, about: .none) {
            try validated(request)
        }
        return try await StatusMapping.mapping {
            let key = try await environment.keys.key(for: call.tenant)
            let index = try key.index(identityCode: code.text)
            let results = try await environment.tenants.run(
                [
                    WorkStep(ClientStatements.find, [.bytes(index)]),
                    WorkStep(ClientStatements.findSources, [.bytes(index)]),
                ], in: call.tenant,
                audit: call.entry(
                    .identityCode(index: index), ClientRefusals.foundOrRefused,
                    reading: ClientField.categories),
                options: call.options)
            guard let row = results[0].first else { throw ClientRefusals.notFound }
            let record = try ClientRecord(row, municipalityCode: call.municipalityCode)
            let client = try record.opened(by: key).with(sources: results[1])
            return FindClientResponse.with { $0.client = client }
        }
    }

    private func validated(_ request: FindClientRequest) throws -> IdentityCode {
        var violations = FieldViolations()
        AccessValidation.check(request.access, &violations)
        let code = violations.checkIdentityCode(
            request.identityCode, at: "identity_code", accepting: environment.identityCodes)
        try violations.refuseIfAny()
        guard let code else { throw RefusedWork(ClientRefusals.notFound) }
        return code
    }
}
