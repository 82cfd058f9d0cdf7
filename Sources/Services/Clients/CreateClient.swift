package import Contract
package import Tenancy
import Wire

/// Records a new client with the sources of its data, in one transaction with its audit row.
struct CreateClient: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: CreateClientRequest, _ call: TenantCall
    ) async throws -> CreateClientResponse {
        try await environment.tenantWork.perform(call, about: .none) {
            var client = try validated(request)
            client.clientID = try SecureRandom.uuid()
            client.municipalityCode = call.municipalityCode
            return try await environment.keys.using(call.tenant) { keys in
                do {
                    return try await insert(client, request, call, keys)
                } catch let error as DatabaseError where ClientRefusals.isIdentityCodeInUse(error) {
                    throw RefusedWork(
                        ClientRefusals.identityCodeInUse, aboutIdentityCode: client.identityCode)
                }
            }
        }
    }

    private func insert(
        _ client: Client, _ request: CreateClientRequest, _ call: TenantCall, _ keys: TenantKeys
    ) async throws -> CreateClientResponse {
        let sources = ClientSources(
            ofChangeIn: ClientField.allCases, of: client, stated: request.client?.sources ?? [])
        return try await environment.tenantWork.change(
            request, call,
            steps: [
                WorkStep(
                    ClientStatements.insert, try ClientRecord.parameters(of: client, keys: keys)),
                sources.step(clientID: client.clientID, userID: call.userID),
                WorkStep(ClientStatements.sources, [.uuid(client.clientID)]),
            ], expecting: .with { $0.client = client.expected(sources, recordedBy: call.userID) },
            about: { .client($0.client?.clientID ?? "") }, reading: ClientField.categories,
            made: { results in
                let recorded = try client.recorded(as: results[0].only(), sources: results[2])
                return .with { $0.client = recorded }
            }, stamp: { $0.client?.stamp($1) })
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
    /// This new client as it will be recorded, but for the times: all are those of the transaction.
    fileprivate func expected(_ sources: ClientSources, recordedBy userID: String) -> Client {
        var client = self
        client.etag = Etag.text(1)
        client.sources = sources.entries.sorted { $0.category.rawValue < $1.category.rawValue }
            .map { entry in
                .with {
                    $0.category = entry.category
                    $0.kind = entry.kind
                    $0.sourceName = entry.name
                    $0.recordedBy = userID
                }
            }
        return client
    }

    fileprivate mutating func stamp(_ moment: SQLTimestamp) {
        createTime = Timestamp(moment)
        updateTime = createTime
        for index in sources.indices { sources[index].recordTime = createTime }
    }

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
