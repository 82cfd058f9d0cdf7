import Testing

@testable import Tenancy

/// A read writes its row before the daemon knows what was found; the database says in the row which of
/// the two it was.
@Suite struct FoundOrRefusedTests {
    @Test func theRowOfAReadSaysWhetherThereWasAClient() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let setup = try await CaseSetup.make(fixture, in: tenant, accepted: false)
        let found: [String?] = ["1", nil, "1", setup.clientID]
        let notFound: [String?] = ["2", "CLIENT_NOT_FOUND", "0", nil]
        let subjects: [(AuditSubject, [String?])] = [
            (.client(setup.clientID), found), (.identityCode(index: setup.index), found),
            (.assessment(setup.assessmentID), found),
            (.client(try SecureRandom.uuid()), notFound),
            (
                .identityCode(
                    index: BlindIndex(generation: 1, bytes: [UInt8](repeating: 1, count: 32))),
                notFound
            ),
            (.assessment(try SecureRandom.uuid()), notFound), (.client("no id"), notFound),
        ]
        for (subject, expected) in subjects {
            let entry = setup.entry(
                .permittedIfFound(otherwise: "CLIENT_NOT_FOUND"), subject: subject)
            _ = try await fixture.tenants.run([], in: tenant, audit: entry)
            let row = try fixture.rows(
                """
                SELECT outcome, refusal_reason, client_count, client_id
                FROM {schema}.audit ORDER BY seq DESC LIMIT 1
                """, in: tenant)
            #expect(row == [expected])
        }
    }

    @Test func aReasonIsNeverEmptyAndARefusalStaysOne() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let setup = try await CaseSetup.make(fixture, in: tenant, accepted: false)
        for outcome in [AuditOutcome.permittedIfFound(otherwise: ""), .refused(reason: "")] {
            let entry = setup.entry(outcome, subject: AuditSubject.none)
            try await fixture.tenants.record(entry, in: tenant)
        }
        let rows = try fixture.rows(
            "SELECT outcome, refusal_reason FROM {schema}.audit ORDER BY seq DESC LIMIT 2",
            in: tenant)
        #expect(rows == [["2", "UNSPECIFIED"], ["2", "UNSPECIFIED"]])
    }
}
