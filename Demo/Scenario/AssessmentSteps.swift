import Contract
import Wire

extension Scenario {
    /// Groups that WC-ASSESS releases (items 1 to 6 and 8 of section 73, subsection 1).
    private static let releasedGroups: [DataCategory] = [
        .identityCode, .nameAndContact, .residence, .serviceLanguage, .educationAndWork,
        .assessmentAndPlan, .health,
    ]
    private static let withheldGroups: [DataCategory] = [.services, .placement, .reimbursement]

    /// An assessment from its start to its end, with the county's part in it.
    func assessWithCounty(_ created: CreatedClients) async throws {
        journal.heading("Pirkanmaa county asks before it takes part")
        let subject = created.subject
        let assessment = try await startAssessment(of: subject, isSubject: true)
        try await explainRefusal(subject, "Asking what would be allowed")
        try await fetchRefused(
            .pirkanmaa, "before any invitation", .identityCode(subject.identityCode),
            "NO_PARTICIPATION")

        journal.heading("Tampere invites the county, and the county accepts")
        let reference = try await invite(assessment, isSubject: true)
        try await fetchRefused(
            .pirkanmaa, "invited, but not accepted yet", .caseReference(reference),
            "NO_PARTICIPATION")
        try await accept(reference, isSubject: true)
        try await fetchReleased(subject, reference)

        journal.heading("What the county still may not have")
        try await fetchRefused(
            .pirkanmaa, "asking for reimbursements, too", .caseReference(reference),
            "CATEGORY_NOT_PERMITTED", categories: [.nameAndContact, .reimbursement])
        try await fetchRefused(
            .pirkanmaa, "for a purpose without a rule", .caseReference(reference), "NO_RULE",
            purpose: .logOversight, rule: "WC-NONE")

        journal.heading("North Ostrobothnia county asks for the same client")
        try await fetchRefused(
            .northOstrobothnia, "by identity code", .identityCode(subject.identityCode),
            "NOT_IN_COUNTY")
        try await fetchRefused(
            .northOstrobothnia, "by a case reference that is not its own",
            .caseReference(reference), "NOT_IN_COUNTY")

        try await shareProtected(created.protected)

        journal.heading("The assessment is completed, and the county's ground ends")
        try await complete(assessment)
        try await fetchRefused(
            .pirkanmaa, "after the end", .caseReference(reference), "ASSESSMENT_NOT_OPEN")
    }

    private func startAssessment(
        of client: Client, isSubject: Bool
    ) async throws -> Assessment {
        let access = try caller(.tampere).access(.assessment, "Starting the assessment")
        let answer = try await permitted(
            .tampere, AssessmentServiceMethods.startAssessment, "of that client",
            answer: Answers.lines
        ) { caller in
            try await caller.assessments.startAssessment(
                StartAssessmentRequest.with {
                    $0.idempotencyKey = IdempotencyKey.random()
                    $0.access = access
                    $0.clientID = client.clientID
                    $0.trigger = .protection
                    $0.content = AssessmentContent.with {
                        $0.initialInterview = "Wants to work again and to learn Finnish."
                        $0.serviceNeeds = "Language training; a view on the back pain."
                    }
                })
        }
        if isSubject { note(.tampere, AssessmentServiceMethods.startAssessment, access) }
        guard let assessment = answer.assessment else {
            throw Deviation("no assessment was started")
        }
        return assessment
    }

    private func explainRefusal(_ client: Client, _ reason: String) async throws {
        let access = try caller(.pirkanmaa).access(.assessment, reason)
        let answer = try await permitted(
            .pirkanmaa, SharingServiceMethods.explain, "what would it get?",
            answer: Answers.lines
        ) { caller in
            try await caller.sharing.explain(
                ExplainRequest.with {
                    $0.access = access
                    $0.municipalityCode = Party.tampere.code
                    $0.subject = .identityCode(client.identityCode)
                })
        }
        try journal.check(
            answer.decision?.outcome == .refused && answer.decision?.reason == "NO_PARTICIPATION",
            "it would be refused, for want of participation")
        note(
            .pirkanmaa, SharingServiceMethods.explain, access, refusedFor: "NO_PARTICIPATION",
            rule: "WC-ASSESS")
    }

    private func fetchRefused(
        _ party: Party, _ what: String, _ subject: FetchRequest.Subject, _ reason: String,
        categories: [DataCategory] = [], purpose: Purpose = .assessment,
        rule: String = "WC-ASSESS"
    ) async throws {
        let access = try caller(party).access(purpose, "Joint assessment: \(what)")
        let status = try await refused(
            party, SharingServiceMethods.fetch, what, .permissionDenied, reason
        ) { caller in
            try await caller.sharing.fetch(
                FetchRequest.with {
                    $0.access = access
                    $0.municipalityCode = Party.tampere.code
                    $0.subject = subject
                    $0.categories = categories
                })
        }
        let hasDecision = status.details.contains { detail in
            guard case .message(Decision.messageName, let bytes) = detail,
                let decision = try? Decision(decoding: bytes)
            else { return false }
            return decision.outcome == .refused && decision.reason == reason
                && decision.released.isEmpty && decision.rule == rule
        }
        try journal.check(hasDecision, "the refusal carries its decision and releases nothing")
        note(party, SharingServiceMethods.fetch, access, refusedFor: reason, rule: rule)
    }

    private func invite(_ assessment: Assessment, isSubject: Bool) async throws -> String {
        let access = try caller(.tampere).access(.assessment, "Services must be coordinated")
        let answer = try await permitted(
            .tampere, AssessmentServiceMethods.inviteCounty, "to that assessment",
            answer: Answers.lines
        ) { caller in
            try await caller.assessments.inviteCounty(
                InviteCountyRequest.with {
                    $0.idempotencyKey = IdempotencyKey.random()
                    $0.access = access
                    $0.assessmentID = assessment.assessmentID
                })
        }
        if isSubject { note(.tampere, AssessmentServiceMethods.inviteCounty, access) }
        guard let participation = answer.participation, participation.countyCode == "08",
            !participation.caseReference.isEmpty
        else { throw Deviation("Pirkanmaa was not invited") }
        return participation.caseReference
    }

    private func accept(_ reference: String, isSubject: Bool) async throws {
        let access = try caller(.pirkanmaa).access(.assessment, "We take part")
        let answer = try await permitted(
            .pirkanmaa, AssessmentServiceMethods.acceptParticipation, "by its case reference",
            answer: Answers.lines
        ) { caller in
            try await caller.assessments.acceptParticipation(
                AcceptParticipationRequest.with {
                    $0.idempotencyKey = IdempotencyKey.random()
                    $0.access = access
                    $0.municipalityCode = Party.tampere.code
                    $0.caseReference = reference
                })
        }
        if isSubject { note(.pirkanmaa, AssessmentServiceMethods.acceptParticipation, access) }
        try journal.check(answer.participation?.acceptTime != nil, "the county takes part")
    }

    private func fetchReleased(_ subject: Client, _ reference: String) async throws {
        let answer = try await fetch(reference, "Joint assessment: preparing the meeting")
        note(
            .pirkanmaa, SharingServiceMethods.fetch,
            try caller(.pirkanmaa).access(
                .assessment, "Joint assessment: preparing the meeting"), rule: "WC-ASSESS")
        let decision = answer.decision ?? Decision()
        try journal.check(
            decision.outcome == .permitted && decision.rule == "WC-ASSESS"
                && decision.released == Self.releasedGroups
                && decision.withheld == Self.withheldGroups,
            "released are exactly the groups 1 to 6 and 8; 7, 9 and 10 are listed as withheld")
        let client = answer.client ?? Client()
        try journal.check(
            client.identityCode == subject.identityCode && client.name == subject.name
                && client.contact == subject.contact
                && client.residenceTitles == subject.residenceTitles
                && client.serviceLanguage == subject.serviceLanguage
                && client.background == subject.background && client.health == subject.health
                && answer.assessment?.content?.initialInterview.isEmpty == false,
            "the data of the released groups are there")
        try journal.check(
            client.services.isEmpty && client.placement == nil && client.reimbursements.isEmpty,
            "nothing of the withheld groups is")
        try journal.check(
            Set(answer.sources.map(\.category)) == Set(Self.releasedGroups)
                && answer.sources.allSatisfy { $0.kind != .unspecified },
            "each released group has its source")
    }

    private func fetch(_ reference: String, _ reason: String) async throws -> FetchResponse {
        try await permitted(
            .pirkanmaa, SharingServiceMethods.fetch, "by its case reference",
            answer: Answers.lines
        ) { caller in
            try await caller.sharing.fetch(
                FetchRequest.with {
                    $0.access = caller.access(.assessment, reason)
                    $0.municipalityCode = Party.tampere.code
                    $0.subject = .caseReference(reference)
                })
        }
    }

    /// A non-disclosure order: contact details stay with the municipality even where everything
    /// else about the group is released.
    private func shareProtected(_ client: Client) async throws {
        journal.heading("The client under a non-disclosure order")
        let assessment = try await startAssessment(of: client, isSubject: false)
        let reference = try await invite(assessment, isSubject: false)
        try await accept(reference, isSubject: false)
        let answer = try await fetch(reference, "Joint assessment of a protected client")
        try journal.check(
            answer.client?.contact == nil && answer.client?.name == client.name
                && answer.decision?.maskedFields.contains("contact") == true
                && answer.decision?.obligations.contains(.nonDisclosureOrder) == true,
            "the contact details are masked, and the county is told of the order")
    }

    private func complete(_ assessment: Assessment) async throws {
        let reading = try caller(.tampere).access(.assessment, "Reading it before the end")
        let current = try await permitted(
            .tampere, AssessmentServiceMethods.getAssessment, "as it stands now"
        ) { caller in
            try await caller.assessments.getAssessment(
                GetAssessmentRequest.with {
                    $0.access = reading
                    $0.assessmentID = assessment.assessmentID
                })
        }
        note(.tampere, AssessmentServiceMethods.getAssessment, reading)
        let ending = try caller(.tampere).access(.assessment, "The result is ready")
        let answer = try await permitted(
            .tampere, AssessmentServiceMethods.completeAssessment, "with its result",
            answer: Answers.lines
        ) { caller in
            try await caller.assessments.completeAssessment(
                CompleteAssessmentRequest.with {
                    $0.idempotencyKey = IdempotencyKey.random()
                    $0.access = ending
                    $0.assessmentID = assessment.assessmentID
                    $0.etag = current.assessment?.etag ?? ""
                    $0.content = AssessmentContent.with {
                        $0.initialInterview = "Wants to work again and to learn Finnish."
                        $0.serviceNeeds = "Language training three days a week."
                        $0.socialAndHealthNeeds = "Physiotherapy."
                        $0.planNeeded = true
                    }
                })
        }
        note(.tampere, AssessmentServiceMethods.completeAssessment, ending)
        try journal.check(
            answer.assessment?.status == .completed
                && answer.assessment?.participation?.endTime != nil,
            "completed, and the county's part has ended")
    }
}
