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
            try await environment.keys.using(call.tenant) { try await find(code, call, $0) }
        }
    }

    private func find(
        _ code: IdentityCode, _ call: TenantCall, _ keys: TenantKeys
    ) async throws -> FindClientResponse {
        let index = try keys.index(identityCode: code.text)
        let results = try await environment.tenants.run(
            [
                WorkStep(ClientStatements.find, [.bytes(index.bytes)]),
                WorkStep(ClientStatements.findSources, [.bytes(index.bytes)]),
            ], in: call.tenant,
            audit: call.entry(
                .identityCode(index: index), ClientRefusals.foundOrRefused,
                reading: ClientField.categories),
            options: call.options)
        guard let row = results[0].first else { throw ClientRefusals.notFound }
        let record = try ClientRecord(row, municipalityCode: call.municipalityCode)
        let client = try await environment.opened(record, in: call.tenant).with(sources: results[1])
        return FindClientResponse.with { $0.client = client }
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
