import Contract
import Wire

extension Scenario {
    /// The operator sees organisations and systems, and no client.
    func showOperatorsPart(_ created: CreatedClients) async throws {
        journal.heading("The operator lists organisations and systems, and is refused a client")
        let organisations = try await permitted(
            .operator, RegistryServiceMethods.listOrganisations, "all of them",
            answer: Answers.lines
        ) { caller in
            try await caller.registry.listOrganisations(
                ListOrganisationsRequest.with { $0.pageSize = 1000 })
        }
        let municipalities = organisations.organisations.filter { $0.kind == .municipality }
        try journal.check(
            municipalities.count == 308
                && municipalities.allSatisfy { $0.status == .provisioned || $0.status == .active },
            "308 municipalities, each with its schema")
        let systems = try await permitted(
            .operator, RegistryServiceMethods.listSystems, "all of them",
            answer: Answers.lines
        ) { caller in
            try await caller.registry.listSystems(ListSystemsRequest())
        }
        let active = Set(systems.systems.filter { $0.status == .active }.map(\.uri))
        try journal.check(
            Party.allCases.allSatisfy { active.contains("urn:icds:\($0.identity)") },
            "everybody of this demonstration is among them")
        try await refuseOperator(created.subject)
    }

    private func refuseOperator(_ subject: Client) async throws {
        let access = try caller(.operator).access(.integrationServices, "Helping with a problem")
        let reason = "METHOD_NOT_PERMITTED"
        try await refused(
            .operator, ClientServiceMethods.getClient, "Tampere's client by id",
            .permissionDenied, reason
        ) { caller in
            try await caller.clients.getClient(
                GetClientRequest.with {
                    $0.access = access
                    $0.municipalityCode = Party.tampere.code
                    $0.clientID = subject.clientID
                })
        }
        note(.operator, ClientServiceMethods.getClient, access, refusedFor: reason)
    }
}
