package import Contract
package import Tenancy
import Wire

/// Records a new client with the sources of its data, in one transaction with its audit row.
struct CreateClient: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: CreateClientRequest, _ call: TenantCall
    ) async throws -> CreateClientResponse {
        var index: [UInt8]?
        return try await environment.tenantWork.perform(call, about: .none) {
            var client = try validated(request)
            client.clientID = try SecureRandom.uuid()
            client.municipalityCode = call.municipalityCode
            let key = try await environment.keys.key(for: call.tenant)
            if !client.identityCode.isEmpty {
                index = try key.index(identityCode: client.identityCode)
            }
            do {
                let recorded = try await insert(client, request, call, key)
                return CreateClientResponse.with { $0.client = recorded }
            } catch let error as DatabaseError
                where error.kind
                == .uniqueViolation(constraint: ClientRefusals.identityCodeConstraint)
            {
                throw RefusedWork(
                    ClientRefusals.identityCodeInUse,
                    about: index.map(AuditSubject.identityCode(index:)))
            }
        }
    }

    private func insert(
        _ client: Client, _ request: CreateClientRequest, _ call: TenantCall, _ key: TenantKey
    ) async throws -> Client {
        let sources = ClientSources(
            ofChangeIn: ClientField.allCases, of: client, stated: request.client?.sources ?? [])
        let results = try await environment.tenants.run(
            [
                WorkStep(
                    ClientStatements.insert, try ClientRecord.parameters(of: client, key: key)),
                sources.step(clientID: client.clientID, userID: call.userID),
                WorkStep(ClientStatements.sources, [.uuid(client.clientID)]),
            ], in: call.tenant, audit: call.entry(.client(client.clientID)), options: call.options)
        return try client.recorded(as: results[0].only(), sources: results[2])
    }

    /// The client as it is to be recorded, without what only the system sets.
    private func validated(_ request: CreateClientRequest) throws -> Client {
        var violations = FieldViolations()
        AccessValidation.check(request.access, &violations)
        guard var client = request.client else {
            violations.add("client", .required, "Required.")
            try violations.refuseIfAny()
            return Client()
        }
        if client.status == .ended {
            violations.add("client.status", .outOfRange, "New clients are active.")
        }
        let code = try environment.clientValidation().check(
            client, at: "client", &violations)
        try violations.refuseIfAny()
        client.status = .active
        if client.birthDate.isEmpty, let code { client.birthDate = code.birthDate.description }
        client.sources = []
        if client.contact == ContactDetails() { client.contact = nil }
        return client
    }
}

extension Client {
    /// This client with what the database set: `row` has version, create_time and update_time.
    func recorded(as row: SQLRow, sources: SQLResult) throws -> Client {
        var client = self
        client.etag = Etag.text(try row.value("version"))
        client.createTime = try Timestamp(row.value("create_time", as: SQLTimestamp.self))
        client.updateTime = try Timestamp(row.value("update_time", as: SQLTimestamp.self))
        return try client.with(sources: sources)
    }

    /// This client with the sources of the groups that have data.
    package func with(sources: SQLResult) throws -> Client {
        var client = self
        client.sources = try sources.rows.map { try CategorySource($0) }
            .filter { ClientSources.hasData($0.category, in: self) }
        return client
    }
}
