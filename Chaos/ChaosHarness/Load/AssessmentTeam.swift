import Contract
import Rehearsal
import Wire

/// A municipality's employee and a county's, who assess clients together: each case goes from the
/// invitation to the completion, with reads of the county's in between.
struct AssessmentTeam {
    let municipality: Caller
    let county: Caller
    private var random: SeededGenerator
    private var createdCount = 0

    init(municipality: Caller, county: Caller, seed: UInt64) {
        self.municipality = municipality
        self.county = county
        random = SeededGenerator(seed: seed)
    }

    private var ledger: Ledger { municipality.ledger }

    mutating func work(while goesOn: () -> Bool) async throws {
        while goesOn() {
            // A case that came to a refusal was found out about there.
            _ = try await oneCase()
        }
    }

    private mutating func oneCase() async throws -> Bool {
        guard let clientID = try await create(), let assessment = try await start(clientID),
            let reference = try await invite(assessment), try await accept(reference, assessment)
        else { return false }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            try await fetch(reference, clientID)
        }
        guard try await complete(assessment) else { return false }
        try await fetchAfterwards(reference)
        return true
    }

    // MARK: Steps

    private mutating func create() async throws -> String? {
        createdCount += 1
        let marker = "K\(municipality.municipality)xcase\(createdCount)"
        let request = CreateClientRequest.with {
            $0.idempotencyKey = IdempotencyKey.random()
            $0.client = .with {
                $0.name = .with {
                    $0.givenNames = "Chaos"
                    $0.familyName = marker
                }
                $0.health = .with { $0.summary = "Needs rest." }
            }
        }
        let answer = try await municipality.ask(
            ClientServiceMethods.createClient, about: .found(in: \.client)
        ) { channel, access, options in
            var request = request
            request.access = access
            return try await ClientServiceClient(channel).createClient(request, options: options)
        }
        let response = settle(answer, request.idempotencyKey, "CreateClient")
        let code = municipality.municipality
        ledger.change {
            $0.created.append(
                CreatedClient(
                    municipality: code, marker: marker,
                    outcome: response == nil ? .unknown : .acknowledged,
                    clientID: response?.client?.clientID))
        }
        return response?.client?.clientID
    }

    private func start(_ clientID: String) async throws -> String? {
        let key = IdempotencyKey.random()
        let answer = try await municipality.ask(
            AssessmentServiceMethods.startAssessment, for: .assessment, about: .client(clientID)
        ) { channel, access, options in
            try await AssessmentServiceClient(channel).startAssessment(
                .with {
                    $0.access = access
                    $0.idempotencyKey = key
                    $0.clientID = clientID
                    $0.trigger = .protection
                }, options: options)
        }
        guard let assessment = settle(answer, key, "StartAssessment")?.assessment else {
            return nil
        }
        let code = municipality.municipality
        ledger.change {
            $0.assessments[assessment.assessmentID] = ExpectedAssessment(
                municipality: code, clientID: clientID)
        }
        return assessment.assessmentID
    }

    private func invite(_ assessmentID: String) async throws -> String? {
        let key = IdempotencyKey.random()
        let answer = try await municipality.ask(
            AssessmentServiceMethods.inviteCounty, for: .assessment, about: .nobody
        ) { channel, access, options in
            try await AssessmentServiceClient(channel).inviteCounty(
                .with {
                    $0.access = access
                    $0.idempotencyKey = key
                    $0.assessmentID = assessmentID
                }, options: options)
        }
        let reference = settle(answer, key, "InviteCounty")?.participation?.caseReference
        ledger.change { $0.assessments[assessmentID]?.caseReference = reference }
        return reference
    }

    private func accept(_ reference: String, _ assessmentID: String) async throws -> Bool {
        let key = IdempotencyKey.random()
        let code = municipality.municipality
        let answer = try await county.ask(
            AssessmentServiceMethods.acceptParticipation, for: .assessment, about: .nobody
        ) { channel, access, options in
            try await AssessmentServiceClient(channel).acceptParticipation(
                .with {
                    $0.access = access
                    $0.idempotencyKey = key
                    $0.municipalityCode = code
                    $0.caseReference = reference
                }, options: options)
        }
        let isAccepted = settle(answer, key, "AcceptParticipation") != nil
        ledger.change { $0.assessments[assessmentID]?.isAccepted = isAccepted }
        return isAccepted
    }

    private func complete(_ assessmentID: String) async throws -> Bool {
        let key = IdempotencyKey.random()
        let answer = try await municipality.ask(
            AssessmentServiceMethods.completeAssessment, for: .assessment, about: .nobody
        ) { channel, access, options in
            try await AssessmentServiceClient(channel).completeAssessment(
                .with {
                    $0.access = access
                    $0.idempotencyKey = key
                    $0.assessmentID = assessmentID
                    // Nobody has changed it since it was started.
                    $0.etag = "v1"
                    $0.content = .with { $0.planNeeded = true }
                }, options: options)
        }
        let isCompleted = settle(answer, key, "CompleteAssessment") != nil
        ledger.change { $0.assessments[assessmentID]?.isCompleted = isCompleted }
        return isCompleted
    }

    // MARK: What the county gets

    private func fetch(_ reference: String, _ clientID: String) async throws {
        let answer = try await fetched(reference, clientID)
        guard case .refused(let status) = answer else { return }
        ledger.find(Finding(.acknowledgedWriteLost, "Fetch: \(status.reason)"))
    }

    /// The completion was acknowledged: whatever was killed since, the county gets nothing any more.
    private func fetchAfterwards(_ reference: String) async throws {
        guard case .answered = try await fetched(reference, nil) else { return }
        ledger.find(Finding(.answer, "Fetch: released after the assessment was completed"))
    }

    private func fetched(
        _ reference: String, _ clientID: String?
    ) async throws -> Caller.Answer<FetchResponse> {
        let code = municipality.municipality
        return try await county.ask(
            SharingServiceMethods.fetch, for: .assessment, about: .client(clientID)
        ) { channel, access, options in
            try await SharingServiceClient(channel).fetch(
                .with {
                    $0.access = access
                    $0.municipalityCode = code
                    $0.subject = .caseReference(reference)
                }, options: options)
        }
    }

    /// Notes what became of a key. Nothing is refused in a case that goes its way.
    private func settle<Response>(
        _ answer: Caller.Answer<Response>, _ key: String, _ what: String
    ) -> Response? {
        switch answer {
        case .answered(let response):
            ledger.note(key: key, of: municipality.municipality, .acknowledged)
            return response
        case .refused(let status):
            ledger.note(key: key, of: municipality.municipality, .unchanged)
            ledger.find(Finding(.answer, "\(what): \(status.reason)"))
            return nil
        case .given(up: let outcome):
            ledger.note(key: key, of: municipality.municipality, outcome)
            return nil
        }
    }
}
