import Contract
import Rehearsal
import Wire

/// The clients that the later steps speak of.
struct CreatedClients {
    /// Tampere's client with data in every group, for whom the county will ask.
    let subject: Client
    /// Tampere's client under a non-disclosure order.
    let protected: Client
}

extension Scenario {
    /// Clients that each municipality creates with an identity code: one for every separator.
    private static let clientsWithCode = ArtificialIdentityCode.separatorCount

    func createClients() async throws -> CreatedClients {
        journal.heading("Tampere and Oulu create clients")
        let reason = "Recording a client at the first meeting"
        let subject = try await create(.inEveryGroup, by: .tampere, reason: reason)
        note(
            .tampere, ClientServiceMethods.createClient,
            try caller(.tampere).access(.integrationServices, reason))
        let protected = try await create(.nonDisclosureOrder, by: .tampere, reason: reason)
        for _ in 2..<Self.clientsWithCode {
            _ = try await create([], by: .tampere, reason: reason)
        }
        for _ in 0..<2 {
            _ = try await create(.withoutIdentityCode, by: .tampere, reason: reason)
        }
        for _ in 0..<4 {
            _ = try await create([], by: .oulu, reason: reason)
        }
        _ = try await create(.withoutIdentityCode, by: .oulu, reason: reason)
        try await findAgain(subject)
        return CreatedClients(subject: subject, protected: protected)
    }

    private func create(
        _ wish: ClientGenerator.Wish, by party: Party, reason: String
    ) async throws -> Client {
        guard let wanted = generator.next(wish, city: party.name) else {
            throw Deviation("this run's identity codes are used up")
        }
        let answer = try await permitted(
            party, ClientServiceMethods.createClient, Self.describe(wanted),
            answer: Answers.lines
        ) { caller in
            try await caller.clients.createClient(
                CreateClientRequest.with {
                    $0.idempotencyKey = IdempotencyKey.random()
                    $0.access = caller.access(.integrationServices, reason)
                    $0.client = wanted
                })
        }
        guard let client = answer.client,
            client.identityCode == wanted.identityCode, client.name == wanted.name,
            client.municipalityCode == party.code,
            client.nonDisclosureOrder == wanted.nonDisclosureOrder
        else { throw Deviation("the client was not recorded as it was sent") }
        return client
    }

    /// The municipality itself finds its client by the code and gets the same one.
    private func findAgain(_ client: Client) async throws {
        let reason = "Checking that the client is found"
        let answer = try await permitted(
            .tampere, ClientServiceMethods.findClient, "its own client, by identity code",
            answer: Answers.lines
        ) { caller in
            try await caller.clients.findClient(
                FindClientRequest.with {
                    $0.access = caller.access(.integrationServices, reason)
                    $0.identityCode = client.identityCode
                })
        }
        note(
            .tampere, ClientServiceMethods.findClient,
            try caller(.tampere).access(.integrationServices, reason))
        try journal.check(answer.client == client, "the same client, with everything in it")
    }

    /// The people are made up, so that they may be printed.
    private static func describe(_ client: Client) -> String {
        let name = client.name.map { "\($0.givenNames) \($0.familyName)" } ?? ""
        let code = client.identityCode.isEmpty ? "no identity code" : client.identityCode
        let language = client.serviceLanguage?.nativeLanguage ?? ""
        let order = client.nonDisclosureOrder ? ", under a non-disclosure order" : ""
        return "\(name), \(code), speaks \(language)\(order)"
    }
}
