import Contract
import TestSupport
import Testing
import Wire

@testable import Services

/// The row is kept at the commit and not before. Where the commit fails, the data that were read must
/// not leave, although every statement has succeeded by then.
@Suite struct CommitFailureTests {
    private func failEveryCommit(of code: String, _ fixture: ServiceFixture) throws {
        _ = try fixture.rows(
            """
            CREATE FUNCTION m\(code).refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'no commit'; END $$;
            GRANT EXECUTE ON FUNCTION m\(code).refuse TO PUBLIC;
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON m\(code).audit
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION m\(code).refuse()
            """)
    }

    @Test func nothingIsAnsweredWhereTheRowIsNotKept() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let made = try await ServiceCase.make(fixture, municipality: code)
        let county = fixture.county(ServiceFixture.pirkanmaa)
        let assessmentID = made.assessment.assessmentID
        let subject = MatrixSubject(made, etagOf: .accepted)
        let rows = try fixture.rows("SELECT FROM m\(code).audit").count
        try failEveryCommit(of: code, fixture)
        for row in MatrixRow.all {
            let caller = row.method.callers.contains(.county) ? county : made.caller
            await #expect(throws: (any Error).self, "\(row.method.fullName)") {
                _ = try await caller.answer(to: row.method, row.request(subject))
            }
        }
        // A refusal is not told either.
        let refused = try await status {
            _ = try await fixture.municipality(ServiceFixture.oulu).clients.getClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.municipalityCode = code
                })
        }
        #expect(refused?.reason == "AUDIT_UNAVAILABLE")
        let notFound = try await status { _ = try await made.caller.get("no id") }
        #expect(notFound?.reason == "AUDIT_UNAVAILABLE")
        // And nothing was changed.
        _ = try fixture.rows("DROP TRIGGER refuse ON m\(code).audit")
        #expect(try fixture.rows("SELECT FROM m\(code).audit").count == rows)
        #expect(try await made.caller.get(made.client.clientID) == made.client)
        #expect(
            try fixture.rows(
                "SELECT status FROM m\(code).assessment WHERE assessment_id = '\(assessmentID)'")
                == [["1"]])
        #expect(try await county.sharing.fetch(made.fetchRequest()).client != nil)
    }
}
