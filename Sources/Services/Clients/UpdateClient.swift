import Contract
import Tenancy
import Wire

/// Changes the fields that the mask names. The client is locked, compared with the etag, changed and
/// checked as a whole, so that a change that would leave it wrong is refused.
struct UpdateClient: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: UpdateClientRequest, _ call: TenantCall
    ) async throws -> UpdateClientResponse {
        let subject = AuditSubject(clientID: request.clientID)
        return try await environment.tenantWork.perform(call, about: subject) {
            let fields = try validated(request)
            guard UUIDText.isValid(request.clientID) else {
                throw RefusedWork(ClientRefusals.notFound)
            }
            do {
                return try await environment.keys.using(call.tenant) { keys in
                    try await environment.tenantWork.change(
                        request, call, about: subject, reading: ClientField.categories
                    ) {
                        let client = try await update(request, fields, call, keys, $0)
                        return UpdateClientResponse.with { $0.client = client }
                    }
                }
            } catch let error as DatabaseError where ClientRefusals.isIdentityCodeInUse(error) {
                throw RefusedWork(ClientRefusals.identityCodeInUse)
            }
        }
    }

    private func update(
        _ request: UpdateClientRequest, _ fields: [ClientField], _ call: TenantCall,
        _ keys: TenantKeys, _ transaction: Transaction
    ) async throws -> Client {
        let found = try await transaction.run(
            ClientStatements.getForUpdate, [.uuid(request.clientID)])
        guard let row = found.first else { throw RefusedWork(ClientRefusals.notFound) }
        let record = try ClientRecord(row, municipalityCode: call.municipalityCode)
        guard Etag.text(record.version) == request.etag else {
            throw RefusedWork(ClientRefusals.etagMismatch)
        }
        let client = try changed(record.opened(by: keys), fields, request.client ?? Client())
        let sources = ClientSources(
            ofChangeIn: fields, of: client, stated: request.client?.sources ?? [])
        let parameters = try ClientRecord.parameters(of: client, keys: keys)
        let results = try await transaction.run([
            WorkStep(ClientStatements.update, parameters + [.int(record.version)]),
            sources.step(clientID: client.clientID, userID: call.userID),
            WorkStep(ClientStatements.sources, [.uuid(client.clientID)]),
        ])
        return try client.recorded(as: results[0].only(), sources: results[2])
    }

    /// The client with the named fields of `new`, checked as a whole.
    private func changed(
        _ current: Client, _ fields: [ClientField], _ new: Client
    ) throws -> Client {
        var client = current
        for field in fields { field.copy(from: new, to: &client) }
        var violations = FieldViolations()
        client.sources = new.sources
        if client.status == .unspecified {
            violations.add("client.status", .required, "Active or ended.")
        }
        _ = try environment.clientValidation().check(
            client, at: "client", &violations)
        try violations.refuseIfAny()
        client.sources = []
        if client.contact == ContactDetails() { client.contact = nil }
        return client
    }

    private func validated(_ request: UpdateClientRequest) throws -> [ClientField] {
        var violations = FieldViolations()
        AccessValidation.check(request.access, &violations)
        if request.etag.isEmpty {
            violations.add("etag", .required, "The etag of the client that was read.")
        }
        let fields = ClientField.named(by: request.updateMask, at: "update_mask", &violations)
        try violations.refuseIfAny()
        return fields
    }
}
