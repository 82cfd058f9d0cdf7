import Contract
import Tenancy
import Wire

/// Reads what a decision releases, and nothing else: the statements themselves leave out the groups
/// that are withheld, and the views what no rule could release.
struct SharingRelease: Sendable {
    let decision: Decision
    let part: SharingPart
    let tenant: TenantSchema
    let keys: TenantKeys

    func read(_ transaction: Transaction) async throws -> SharingOutcome {
        let groups = SQLValue.intArray(decision.released.map { Int64($0.rawValue) })
        let results = try await transaction.run([
            WorkStep(SharingStatements.releasedClient, [.uuid(part.clientID), groups]),
            WorkStep(SharingStatements.releasedAssessment, [.uuid(part.assessmentID), groups]),
            WorkStep(SharingStatements.releasedSources, [.uuid(part.clientID), groups]),
        ])
        // The same snapshot has just said that they are there; a view that disagrees releases nothing.
        var outcome = SharingOutcome(decision: decision)
        outcome.client = try client(results[0].only())
        if isReleased(.assessmentAndPlan) {
            outcome.assessment = try assessment(results[1].only())
        }
        outcome.sources = try results[2].rows.map { try CategorySource($0) }
            .filter { isReleased($0.category) }
        return outcome
    }

    private func isReleased(_ category: DataCategory) -> Bool {
        decision.released.contains(category)
    }

    private func client(_ row: SQLRow) throws -> Client {
        var client = Client()
        client.clientID = try row.value("client_id")
        client.municipalityCode = tenant.code
        client.status = ClientStatus(rawValue: try row.value("status"))
        client.nonDisclosureOrder = try row.value("non_disclosure_order")
        if isReleased(.identityCode),
            let sealed: [UInt8] = try row.optional("identity_code_ciphertext")
        {
            client.identityCode = try keys.open(identityCode: sealed, clientID: client.clientID)
        }
        if isReleased(.nameAndContact) {
            client.birthDate = try row.optional("birth_date") ?? ""
            client.name = try PersonName(columns: row)
            client.contact =
                decision.maskedFields.contains("contact") ? nil : try ContactDetails(columns: row)
        }
        if isReleased(.residence) {
            client.citizenships = try row.value("citizenships")
            client.residenceTitles = try StoredMessages.list(row.value("residence_titles"))
        }
        if isReleased(.serviceLanguage) {
            client.serviceLanguage = try StoredMessages.message(row.optional("service_language"))
        }
        if isReleased(.educationAndWork) {
            client.background = try StoredMessages.message(row.optional("background"))
        }
        if isReleased(.health) {
            client.health = try StoredMessages.message(row.optional("health"))
        }
        return client
    }

    private func assessment(_ row: SQLRow) throws -> Assessment {
        var assessment = Assessment()
        assessment.assessmentID = try row.value("assessment_id")
        assessment.clientID = try row.value("client_id")
        assessment.status = AssessmentStatus(rawValue: try row.value("status"))
        assessment.trigger = AssessmentTrigger(rawValue: try row.value("trigger"))
        assessment.content = try StoredMessages.message(row.optional("content"))
        assessment.etag = Etag.text(try row.value("version"))
        assessment.startTime = try row.moment("start_time")
        assessment.recordedBy = try row.value("recorded_by")
        var participation = Participation()
        participation.countyCode = try row.value("county_code")
        participation.caseReference = try row.value("case_reference")
        participation.inviteTime = try row.moment("invite_time")
        participation.acceptTime = try row.moment("accept_time")
        assessment.participation = participation
        return assessment
    }
}
