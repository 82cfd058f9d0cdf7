import Contract
import RegisterData
import Rehearsal
import Wire

/// A municipality's employee: records clients, changes them, reads them and finds them. Nobody else
/// changes those clients, so that what must come back is known.
struct Caseworker {
    private struct Own {
        let clientID: String
        let identityCode: String
        var etag: String
        var version: Int
        var email: String
    }

    /// A write that was answered, to be asked for once more.
    private enum Last {
        case create(CreateClientRequest, reason: String, clientID: String)
        case update(UpdateClientRequest, reason: String, etag: String)
    }

    /// Codes that one worker may use.
    private static let codesMax = 20_000

    let caller: Caller
    /// Of all workers, from 0.
    let number: Int
    private var random: SeededGenerator
    private var own: [Own] = []
    private var last: Last?
    private var createdCount = 0
    private var codeCount = 0

    init(caller: Caller, number: Int, seed: UInt64) {
        self.caller = caller
        self.number = number
        random = SeededGenerator(seed: seed &+ UInt64(number) &* 7_919)
    }

    /// Works until it is told to stop; ends what it has begun.
    mutating func work(while goesOn: () -> Bool) async throws {
        while goesOn() {
            let chance = Int.random(in: 0..<100, using: &random)
            switch chance {
            case _ where own.isEmpty: try await create(once: false)
            case ..<30: try await create(once: chance < 15)
            case ..<60: try await update(once: chance < 45)
            case ..<85: try await read()
            case ..<93: try await find()
            default: try await repeatLast()
            }
        }
    }

    // MARK: Creating

    private mutating func create(once: Bool) async throws {
        createdCount += 1
        let marker = "K\(caller.municipality)x\(number)x\(createdCount)"
        let hasKey = !once || Bool.random(using: &random)
        let request = CreateClientRequest.with {
            $0.idempotencyKey = hasKey ? IdempotencyKey.random() : ""
            $0.client = newClient(marker)
        }
        let reason = caller.newReason()
        let answer = try await send(request, reason, once: once)
        var created = CreatedClient(
            municipality: caller.municipality, marker: marker, outcome: .unknown)
        switch answer {
        case .answered(let response):
            created.outcome = .acknowledged
            created.clientID = response.client?.clientID
            take(response.client, request, reason)
        case .given(up: let outcome): created.outcome = outcome
        case .refused(let status):
            caller.ledger.find(Finding(.answer, "CreateClient: \(status.reason)"))
            created.outcome = .unchanged
        }
        note(request.idempotencyKey, created.outcome)
        caller.ledger.change { [created] in $0.created.append(created) }
    }

    private func send(
        _ request: CreateClientRequest, _ reason: String, once: Bool
    ) async throws -> Caller.Answer<CreateClientResponse> {
        try await caller.ask(
            ClientServiceMethods.createClient, reason: reason, once: once,
            about: .found(in: \.client)
        ) { channel, access, options in
            var request = request
            request.access = access
            return try await ClientServiceClient(channel).createClient(request, options: options)
        }
    }

    private mutating func newClient(_ marker: String) -> Client {
        var client = Client.with {
            $0.name = .with {
                $0.givenNames = "Chaos"
                $0.familyName = marker
            }
            $0.contact = .with { $0.email = "\(marker)@example.fi" }
            $0.citizenships = ["ZZ"]
        }
        let index = number * Self.codesMax + codeCount
        if Int.random(in: 0..<2, using: &random) == 0, codeCount < Self.codesMax,
            let code = ArtificialIdentityCode(index: index)
        {
            codeCount += 1
            client.identityCode = code.text
            client.birthDate = code.birthDate.description
        }
        return client
    }

    private mutating func take(
        _ client: Client?, _ request: CreateClientRequest, _ reason: String
    ) {
        guard let client, client.name == request.client?.name,
            client.contact == request.client?.contact
        else {
            return caller.ledger.find(
                Finding(.answer, "CreateClient: the client is not the one that was sent"))
        }
        let email = client.contact?.email ?? ""
        own.append(
            Own(
                clientID: client.clientID, identityCode: client.identityCode, etag: client.etag,
                version: 1, email: email))
        last =
            request.idempotencyKey.isEmpty
            ? nil : .create(request, reason: reason, clientID: client.clientID)
        expect(client.clientID, ExpectedClient(caller.municipality, version: 1, email: email))
    }

    private func expect(_ clientID: String, _ client: ExpectedClient) {
        caller.ledger.change { $0.clients[clientID] = client }
    }

    private func note(_ key: String, _ outcome: WriteOutcome) {
        guard !key.isEmpty else { return }
        caller.ledger.note(key: key, of: caller.municipality, outcome)
    }

    // MARK: Changing

    private mutating func update(once: Bool) async throws {
        guard let index = own.indices.randomElement(using: &random) else { return }
        let before = own[index]
        let email = "v\(before.version + 1)n\(caller.ledger.number())@example.fi"
        let hasKey = !once || Bool.random(using: &random)
        let request = UpdateClientRequest.with {
            $0.idempotencyKey = hasKey ? IdempotencyKey.random() : ""
            $0.clientID = before.clientID
            $0.etag = before.etag
            $0.client = .with { $0.contact = .with { $0.email = email } }
            $0.updateMask = FieldMask(paths: ["contact"])
        }
        let reason = caller.newReason()
        switch try await send(request, reason, once: once) {
        case .answered(let response):
            changed(index, email, etag: response.client?.etag ?? "")
            last = hasKey ? .update(request, reason: reason, etag: own[index].etag) : nil
            note(request.idempotencyKey, .acknowledged)
            if response.client?.contact?.email != email {
                caller.ledger.find(Finding(.answer, "UpdateClient: not what was sent"))
            }
        case .given(up: let outcome):
            note(request.idempotencyKey, outcome)
            try await settle(index, email, outcome)
        case .refused(let status):
            note(request.idempotencyKey, .unchanged)
            caller.ledger.find(
                Finding(
                    .answer,
                    "UpdateClient of \(before.clientID) at version \(before.version): "
                        + "\(status.reason) after \(hasKey ? "a" : "no") key"))
            try await settle(index, email, .unknown)
        }
    }

    private mutating func changed(_ index: Int, _ email: String, etag: String) {
        own[index].version += 1
        own[index].email = email
        own[index].etag = etag
        expect(
            own[index].clientID,
            ExpectedClient(caller.municipality, version: own[index].version, email: email))
    }

    private func send(
        _ request: UpdateClientRequest, _ reason: String, once: Bool
    ) async throws -> Caller.Answer<UpdateClientResponse> {
        try await caller.ask(
            ClientServiceMethods.updateClient, reason: reason, once: once,
            about: .found(in: \.client)
        ) { channel, access, options in
            var request = request
            request.access = access
            return try await ClientServiceClient(channel).updateClient(request, options: options)
        }
    }

    /// After a change that nobody answered: reads whether it was made. Where it looks as if it was not,
    /// and the service has not said so, it may still be under way: the client is left alone then.
    private mutating func settle(
        _ index: Int, _ email: String, _ outcome: WriteOutcome
    ) async throws {
        let clientID = own[index].clientID
        let client = try await get(clientID)
        let found = client?.contact?.email ?? ""
        if let client, found == email {
            if outcome == .unchanged {
                caller.ledger.find(
                    Finding(
                        .refusedWriteKept, "UpdateClient of \(clientID): \(email)"))
            }
            return changed(index, email, etag: client.etag)
        }
        if let client, found != own[index].email || client.etag != own[index].etag {
            caller.ledger.find(
                Finding(.halfWrite, "client \(clientID) has \(found) at \(client.etag)"))
        }
        guard outcome == .unknown else { return }
        let left = own.remove(at: index)
        expect(
            clientID,
            ExpectedClient(
                caller.municipality, version: left.version, email: left.email,
                orNextEmail: email))
    }

    // MARK: Reading

    private mutating func read() async throws {
        guard let expected = own.randomElement(using: &random) else { return }
        check(try await get(expected.clientID), expected)
    }

    private func get(_ clientID: String) async throws -> Client? {
        client(try await caller.get(clientID), clientID) { $0.client }
    }

    private mutating func find() async throws {
        guard let expected = own.randomElement(using: &random), !expected.identityCode.isEmpty
        else { return }
        let answer = try await caller.ask(
            ClientServiceMethods.findClient, about: .found(in: \.client)
        ) { channel, access, options in
            try await ClientServiceClient(channel).findClient(
                .with {
                    $0.access = access
                    $0.identityCode = expected.identityCode
                }, options: options)
        }
        check(client(answer, expected.clientID) { $0.client }, expected)
    }

    private func client<Response>(
        _ answer: Caller.Answer<Response>, _ clientID: String, _ client: (Response) -> Client?
    ) -> Client? {
        switch answer {
        case .answered(let response): return client(response)
        case .refused(let status):
            caller.ledger.find(
                Finding(.acknowledgedWriteLost, "client \(clientID): \(status.reason)"))
            return nil
        case .given: return nil
        }
    }

    private func check(_ client: Client?, _ expected: Own) {
        guard let client else { return }
        guard client.clientID == expected.clientID, client.etag == expected.etag,
            client.contact?.email == expected.email
        else {
            return caller.ledger.find(
                Finding(
                    .acknowledgedWriteLost,
                    "client \(expected.clientID) was at \(expected.etag) with \(expected.email) "
                        + "and is at \(client.etag) with \(client.contact?.email ?? "nothing")"))
        }
    }

    // MARK: Asking again

    /// The same key and request give the first answer, although nobody lost it.
    private func repeatLast() async throws {
        let isSame: Bool?
        switch last {
        case .create(let request, let reason, let clientID):
            isSame = sameAnswer(try await send(request, reason, once: false)) {
                $0.client?.clientID == clientID && $0.client?.etag == "v1"
            }
        case .update(let request, let reason, let etag):
            isSame = sameAnswer(try await send(request, reason, once: false)) {
                $0.client?.etag == etag
            }
        case nil: isSame = nil
        }
        guard let isSame else { return }
        caller.ledger.change { $0.answersRepeated += 1 }
        if !isSame {
            caller.ledger.find(Finding(.writeTwice, "another answer for the same key"))
        }
    }

    private func sameAnswer<Response>(
        _ answer: Caller.Answer<Response>, _ isSame: (Response) -> Bool
    ) -> Bool? {
        switch answer {
        case .answered(let response): isSame(response)
        case .refused: false
        case .given: nil
        }
    }
}
