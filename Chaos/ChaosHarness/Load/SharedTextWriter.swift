import Contract
import Rehearsal
import Wire

/// One of several employees who change the same client, each adding a word to what they have read. A
/// change that was made from an older state is refused; none that was acknowledged may be lost.
struct SharedTextWriter {
    /// Words that fit into the text; then a new client begins.
    static let wordsMax = 200

    let caller: Caller
    let text: SharedClient

    func work(while goesOn: () -> Bool) async throws {
        while goesOn() {
            guard let clientID = try await text.current(caller) else { continue }
            try await add(to: clientID)
        }
    }

    private func add(to clientID: String) async throws {
        let read = try await caller.get(clientID)
        guard case .answered(let found) = read, let client = found.client else { return }
        let words = client.background?.workHistory ?? ""
        if words.split(separator: " ").count >= Self.wordsMax {
            return await text.finish(clientID)
        }
        let word = "w\(caller.ledger.number())"
        let key = IdempotencyKey.random()
        let answer = try await caller.ask(
            ClientServiceMethods.updateClient, about: .client(clientID)
        ) { channel, access, options in
            try await ClientServiceClient(channel).updateClient(
                .with {
                    $0.access = access
                    $0.idempotencyKey = key
                    $0.clientID = clientID
                    $0.etag = client.etag
                    $0.client = .with {
                        $0.background = .with { $0.workHistory = "\(words) \(word)" }
                    }
                    $0.updateMask = FieldMask(paths: ["background"])
                }, options: options)
        }
        note(answer, word, key, clientID)
    }

    private func note(
        _ answer: Caller.Answer<UpdateClientResponse>, _ word: String, _ key: String,
        _ clientID: String
    ) {
        let municipality = caller.municipality
        switch answer {
        case .answered:
            caller.ledger.note(key: key, of: municipality, .acknowledged)
            caller.ledger.change { _ = $0.sharedTexts[clientID]?.added.insert(word) }
        case .refused(let status):
            caller.ledger.note(key: key, of: municipality, .unchanged)
            caller.ledger.change { _ = $0.sharedTexts[clientID]?.refused.insert(word) }
            if status.reason != "ETAG_MISMATCH" {
                caller.ledger.find(Finding(.answer, "UpdateClient: \(status.reason)"))
            }
        case .given(up: let outcome): caller.ledger.note(key: key, of: municipality, outcome)
        }
    }
}

/// The client that several change, at the moment.
actor SharedClient {
    private let municipality: String
    private var clientID: String?
    private var count = 0
    private var isBeingMade = false

    init(municipality: String) {
        self.municipality = municipality
    }

    /// Its id; nothing while somebody else makes it.
    func current(_ caller: Caller) async throws -> String? {
        if let clientID { return clientID }
        guard !isBeingMade else {
            try await Task.sleep(for: .milliseconds(20))
            return nil
        }
        isBeingMade = true
        defer { isBeingMade = false }
        count += 1
        let marker = "K\(municipality)xshared\(count)"
        let key = IdempotencyKey.random()
        let answer = try await caller.ask(
            ClientServiceMethods.createClient, about: .found(in: \.client)
        ) { channel, access, options in
            try await ClientServiceClient(channel).createClient(
                .with {
                    $0.access = access
                    $0.idempotencyKey = key
                    $0.client = .with {
                        $0.name = .with {
                            $0.givenNames = "Chaos"
                            $0.familyName = marker
                        }
                    }
                }, options: options)
        }
        guard case .answered(let response) = answer, let client = response.client else {
            caller.ledger.find(Finding(.answer, "CreateClient: no answer for \(marker)"))
            return nil
        }
        clientID = client.clientID
        caller.ledger.note(key: key, of: municipality, .acknowledged)
        caller.ledger.change { [municipality] in
            $0.created.append(
                CreatedClient(
                    municipality: municipality, marker: marker, outcome: .acknowledged,
                    clientID: client.clientID))
            $0.sharedTexts[client.clientID] = SharedText(municipality: municipality)
        }
        return clientID
    }

    /// The text is full.
    func finish(_ clientID: String) {
        if self.clientID == clientID { self.clientID = nil }
    }
}
