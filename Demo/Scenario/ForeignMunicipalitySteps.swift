import Contract
import Wire

extension Scenario {
    /// No client has this id.
    private static let unknownID = "00000000-0000-4000-8000-000000000000"

    /// Oulu asks for Tampere's client, naming Tampere and not naming it, by id and by identity code.
    /// The answers must be those to a client who does not exist.
    func askFromAnotherMunicipality(for created: CreatedClients) async throws {
        journal.heading("Oulu asks for Tampere's client")
        let subject = created.subject
        try await askNamingTampere(subject)
        let byID = try await get(subject.clientID, "Tampere's client by id, as if its own")
        let byUnknownID = try await get(Self.unknownID, "a client who does not exist, by id")
        try journal.check(byID == byUnknownID, "both answers are the same")
        let byCode = try await find(
            subject.identityCode, "Tampere's client by identity code, as if its own")
        guard let unusedCode = generator.unusedIdentityCode else {
            throw Deviation("there is no unused identity code left")
        }
        let byUnusedCode = try await find(unusedCode, "an identity code that nobody has")
        try journal.check(byCode == byUnusedCode, "both answers are the same")
        try await checkOulusLog()
    }

    private func askNamingTampere(_ subject: Client) async throws {
        let code = RPCCode.permissionDenied
        let reason = "FOREIGN_ORGANISATION"
        let byID = try caller(.oulu).access(.integrationServices, "Curiosity, by id")
        try await refused(
            .oulu, ClientServiceMethods.getClient, "Tampere's client, naming Tampere, by id",
            code, reason
        ) { caller in
            try await caller.clients.getClient(
                GetClientRequest.with {
                    $0.access = byID
                    $0.municipalityCode = Party.tampere.code
                    $0.clientID = subject.clientID
                })
        }
        note(.oulu, ClientServiceMethods.getClient, byID, refusedFor: reason)
        let byCode = try caller(.oulu).access(.integrationServices, "Curiosity, by code")
        try await refused(
            .oulu, ClientServiceMethods.findClient,
            "Tampere's client, naming Tampere, by identity code", code, reason
        ) { caller in
            try await caller.clients.findClient(
                FindClientRequest.with {
                    $0.access = byCode
                    $0.municipalityCode = Party.tampere.code
                    $0.identityCode = subject.identityCode
                })
        }
        note(.oulu, ClientServiceMethods.findClient, byCode, refusedFor: reason)
    }

    private func get(_ clientID: String, _ what: String) async throws -> RPCStatus {
        try await refused(
            .oulu, ClientServiceMethods.getClient, what, .notFound, "CLIENT_NOT_FOUND"
        ) { caller in
            try await caller.clients.getClient(
                GetClientRequest.with {
                    $0.access = caller.access(.integrationServices, "Looking among its own")
                    $0.clientID = clientID
                })
        }
    }

    private func find(_ identityCode: String, _ what: String) async throws -> RPCStatus {
        try await refused(
            .oulu, ClientServiceMethods.findClient, what, .notFound, "CLIENT_NOT_FOUND"
        ) { caller in
            try await caller.clients.findClient(
                FindClientRequest.with {
                    $0.access = caller.access(.integrationServices, "Looking among its own")
                    $0.identityCode = identityCode
                })
        }
    }

    /// What Oulu asked without naming Tampere lies in Oulu's own log: the four newest rows.
    private func checkOulusLog() async throws {
        let answer = try await permitted(
            .oulu, AuditServiceMethods.listAccesses, "its own log, the newest rows"
        ) { caller in
            try await caller.audit.listAccesses(
                ListAccessesRequest.with {
                    $0.access = caller.access(.logOversight, "Following up the use of data")
                    $0.pageSize = 5
                })
        }
        let own = answer.accesses.filter {
            $0.statedReason == "Looking among its own" && $0.clientID.isEmpty
                && $0.clientCount == 0 && $0.refusalReason == "CLIENT_NOT_FOUND"
        }
        try journal.check(
            own.count == 4, "Oulu's log has the four as refused, which touched no client")
    }
}
