import TestSupport
import Testing

@testable import Tenancy

/// What errors of PostgreSQL tell, to the one who caused them and to the server's log.
@Suite struct ErrorTextTests {
    /// "Failing row contains (…)" would put a client's data into the server's log.
    @Test func theServersLogHasNoRowAndNoParameter() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let marker = "Lokiin\(tenant.code)"
        let insert = """
            INSERT INTO {schema}.client (client_id, given_names, family_name, postal_code)
            VALUES (gen_random_uuid(), $1, 'x', 'not a code')
            """
        await #expect(throws: DatabaseError.self) {
            try await fixture.api.run(
                [.sql(insert, [.text(marker)])], in: Scope(role: tenant.role, schema: tenant))
        }
        let log = try #require(
            try fixture.rows(
                "SELECT pg_read_file('\(TenancyFixture.cluster.socketFolder())/log')")[0][0])
        #expect(log.contains("\(tenant.name)\".client (client_id, given_names"))
        #expect(log.contains("client_postal_code_check"))
        #expect(!log.contains(marker))
    }

    /// The functions that write into a municipality's log resolve the client whom a request names, with
    /// the owner's rights. By a value that the log refuses, their caller would be shown the row.
    @Test(arguments: ["record_refusal", "record_disclosure"])
    func aRefusedLogRowTellsNothingOfTheClientThatItNames(function: String) async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let setup = try await CaseSetup.make(fixture, in: tenant, accepted: true)
        let texts = try [setup.clientID, SecureRandom.uuid()].map { clientID in
            let arguments = try fixture.rows(
                """
                SELECT string_agg(
                    name || ' => '
                        || CASE name WHEN 'p_client_id' THEN quote_literal('\(clientID)') ELSE 'NULL' END,
                    ', ')
                FROM pg_proc, unnest(proargnames) AS name
                WHERE pronamespace = '\(tenant.name)'::regnamespace AND proname = '\(function)'
                """)[0][0]
            return try refusal(
                """
                SET SESSION AUTHORIZATION icds_sharing; SET ROLE \(tenant.sharingRole);
                SET icds.county = '\(CaseSetup.county)';
                SELECT \(tenant.name).\(function)(\(arguments ?? ""))
                """, fixture)
        }
        #expect(texts[0].contains("violates not-null constraint"))
        #expect(!texts[0].contains(setup.clientID) && !texts[0].contains("Failing row"))
        #expect(texts[0] == texts[1])
    }

    /// What a county's acceptance is refused for does not show the invitation, which says who made it.
    @Test(arguments: ["NULL", "''", "repeat('x', 65)"])
    func aRefusedAcceptanceDoesNotShowTheInvitation(user: String) async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let setup = try await CaseSetup.make(fixture, in: tenant, accepted: false)
        let text = try refusal(
            """
            SET SESSION AUTHORIZATION icds_sharing; SET ROLE \(tenant.sharingRole);
            SET icds.county = '\(CaseSetup.county)';
            SELECT \(tenant.name).accept_participation('\(setup.caseReference)', \(user))
            """, fixture)
        #expect(text.contains("violates check constraint") && !text.contains("Failing row"))
    }

    private func refusal(_ sql: String, _ fixture: TenancyFixture) throws -> String {
        do {
            return "carried out: \(try fixture.rows(sql))"
        } catch let error as TestClusterError {
            return error.description
        }
    }

    /// Whoever may set how much the log says is not one of our logins.
    @Test func everyLoginStartsWithATerseLog() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        for attacker in try await Attacker.all(fixture, around: tenant) {
            let row = try await attacker.read(
                """
                SELECT current_setting('log_error_verbosity') AS verbosity,
                    current_setting('log_parameter_max_length') AS length,
                    current_setting('log_parameter_max_length_on_error') AS on_error
                """
            ).only()
            let values: [String] = try ["verbosity", "length", "on_error"].map { try row.value($0) }
            #expect(values == ["terse", "0", "0"], "\(attacker)")
        }
    }
}
