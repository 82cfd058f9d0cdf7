import Testing

@testable import Tenancy

@Suite struct RefusalLogTests {
    private func entry(_ subject: AuditSubject) -> AuditEntry {
        AuditEntry(
            actor: AuditActor(
                kind: .municipality, code: "564", system: "casework", userID: "user-9"),
            method: "icds.v1.ClientService/GetClient",
            outcome: .refused(reason: "FOREIGN_ORGANISATION"), purpose: 1, subject: subject,
            callReference: "call-3")
    }

    /// Whether or not there is such a client, the caller gets the same: nothing.
    @Test func theAnswerTellsNothingAndTheRowTellsTheMunicipality() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let setup = try await CaseSetup.make(fixture, in: tenant, accepted: false)
        let subjects: [(AuditSubject, String?)] = [
            (.client(setup.clientID), setup.clientID),
            (.identityCode(index: setup.index), setup.clientID),
            (.caseReference(setup.caseReference), setup.clientID),
            (.assessment(setup.assessmentID), setup.clientID),
            (.client(try SecureRandom.uuid()), nil),
            (
                .identityCode(
                    index: BlindIndex(generation: 1, bytes: [UInt8](repeating: 1, count: 32))), nil
            ),
        ]
        var answers: Set<String> = []
        for (subject, clientID) in subjects {
            try await fixture.refusals.record(entry(subject), in: tenant)
            let row = try fixture.rows(
                """
                SELECT actor_kind, actor_code, outcome, refusal_reason, client_id
                FROM {schema}.audit ORDER BY seq DESC LIMIT 1
                """, in: tenant)
            #expect(row == [["municipality", "564", "2", "FOREIGN_ORGANISATION", clientID]])
            let result = try await fixture.sharing.run(
                [
                    try entry(subject).refusalStep(
                        try await fixture.sharingAuditKeys.current(tenant))
                ],
                in: Scope(role: tenant.sharingRole, schema: tenant))
            // The function's type is void: there is a row, and nothing in it.
            answers.insert("\(result[0].columnNames) \(result[0].affectedRowCount)")
        }
        #expect(answers.count == 1)
    }

    @Test func onlyRefusalsAreTaken() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        var entry = entry(.none)
        entry.outcome = .permitted
        let permitted = entry
        await #expect(throws: IsolationError.notARefusal) {
            try await fixture.refusals.record(permitted, in: tenant)
        }
    }

    /// A malformed request must not be the way to go unrecorded.
    @Test func overlongAndImpossibleTextsAreCutAndRecorded() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        var entry = entry(AuditSubject(clientID: String(repeating: "x", count: 9_000)))
        entry.actor.userID = String(repeating: "ä", count: 5_000)
        entry.statedReason = String(repeating: "🇫🇮", count: 5_000)
        entry.callReference = "a\u{0}b" + String(repeating: "c", count: 500)
        entry.purpose = .max
        try await fixture.refusals.record(entry, in: tenant)
        #expect(
            try fixture.rows(
                "SELECT length(call_reference), purpose FROM {schema}.audit", in: tenant)
                == [["64", "0"]])
        let personal = try #require(try await fixture.personal(tenant).first ?? nil)
        #expect(personal.userID?.unicodeScalars.count == 64)
        #expect(personal.statedReason?.unicodeScalars.count == 500)
    }

    @Test func aTenantThatIsNotActiveIsRefused() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.provisionedTenant()
        await #expect(throws: DatabaseError.self) {
            try await fixture.refusals.record(entry(.none), in: tenant)
        }
    }
}
