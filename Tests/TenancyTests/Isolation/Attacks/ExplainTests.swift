import TestSupport
import Testing

@testable import Tenancy

/// EXPLAIN shows how many rows each step took away, and estimates them by the statistics of the tables.
/// Asked of the shareable views, both are the same whether a hidden client has the value that is asked
/// for or not: otherwise its data could be guessed, one comparison after the other.
@Suite struct ExplainTests {
    /// View, column, a condition that the hidden rows fulfil and one that they do not.
    static let guesses: [(view: String, column: String, right: String, wrong: String)] = [
        ("shareable_client", "family_name", "= 'Esimerkki'", "= 'Nimi'"),
        ("shareable_client", "given_names", "= 'Aino'", "= 'Ainu'"),
        ("shareable_client", "given_names", "< 'Ainp'", "< 'Aina'"),
        ("shareable_client", "birth_date", "= '1994-05-01'", "= '1994-05-02'"),
        ("shareable_client", "birth_date", "< '1994-05-02'", "< '1994-05-01'"),
        ("shareable_client", "telephone", "= '+358401234567'", "= '+358401234568'"),
        ("shareable_client", "postal_code", "= '33100'", "= '33101'"),
        ("shareable_client", "city", "= 'Tampere'", "= 'Oulu'"),
        ("shareable_client", "non_disclosure_order", "= false", "= true"),
        ("shareable_client", "citizenships", "= '{FI}'", "= '{SE}'"),
        ("shareable_client", "health", #"= '{"summary": "x"}'"#, #"= '{"summary": "y"}'"#),
        ("shareable_assessment", "trigger", "= 2", "= 3"),
        ("shareable_assessment", "recorded_by", "= 'user-1'", "= 'user-2'"),
        ("shareable_assessment", "start_time", "> '2001-01-01'", "> '2901-01-01'"),
        ("shareable_participation", "county_code", "= '06'", "= '07'"),
        ("shareable_participation", "accept_time", "> '2001-01-01'", "> '2901-01-01'"),
        ("shareable_source", "recorded_by", "= 'user-1'", "= 'user-2'"),
        ("shareable_source", "kind", "= 1", "= 2"),
        ("sharing_lookup", "client_status", "= 1", "= 2"),
        ("sharing_lookup", "invite_time", "> '2001-01-01'", "> '2901-01-01'"),
    ]

    private static let shared = Task {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        for code in ["010594Y9032", "020594Y9039"] {
            _ = try await CaseSetup.make(
                fixture, in: tenant, identityCode: code, accepted: true)
        }
        for table in ["client", "client_source", "assessment", "participation"] {
            try fixture.rows("ANALYZE {schema}.\(table)", in: tenant)
        }
        return (fixture, tenant)
    }

    private func plan(_ options: String, _ query: String, county: String) async throws -> String {
        let (fixture, tenant) = try await Self.shared.value
        let rows = try await fixture.sharing.run(
            [.sql("EXPLAIN (\(options)) SELECT * FROM {schema}." + query)],
            in: Scope(
                role: tenant.sharingRole, schema: tenant, settings: [("icds.county", county)]))[0]
        return try rows.rows.map { try $0.value("QUERY PLAN") }.joined(separator: "\n")
    }

    @Test(arguments: guesses, ["COSTS ON", "ANALYZE, COSTS ON, TIMING OFF, SUMMARY OFF"])
    func whatIsAskedOfHiddenRowsChangesNoPlanAndNoCount(
        guess: (view: String, column: String, right: String, wrong: String), options: String
    ) async throws {
        var plans: [String] = []
        for condition in [guess.right, guess.wrong] {
            let plan = try await plan(
                options, "\(guess.view) WHERE \(guess.column) \(condition)",
                county: CaseSetup.other)
            // The condition itself is in the text, as PostgreSQL writes it.
            plans.append(
                plan.split(separator: "\n").filter { !$0.contains("Filter: ") }
                    .joined(separator: "\n"))
        }
        #expect(plans[0] == plans[1])
    }

    /// That the comparison would show something: of rows that the county may see, it does.
    @Test func ofRowsThatAreNotHiddenTheCountsTell() async throws {
        let options = "ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF"
        let query = "shareable_client WHERE family_name = "
        let right = try await plan(options, query + "'Esimerkki'", county: CaseSetup.county)
        let wrong = try await plan(options, query + "'Nimi'", county: CaseSetup.county)
        #expect(wrong.contains("Rows Removed by Filter: 2"))
        #expect(!right.contains("Rows Removed by Filter: 2"))
    }

    /// The keys, by which rows must be found, are still looked up in their indexes.
    @Test(arguments: [
        ("sharing_lookup", "case_reference = 'x'", "participation_case_reference_key"),
        ("sharing_lookup", "identity_code_index = 'x'", "client_identity_code_index_key"),
    ])
    func keysAreStillFoundByTheirIndexes(
        view: String, condition: String, expected: String
    ) async throws {
        let (fixture, tenant) = try await Self.shared.value
        let plan = try await fixture.sharing.run(
            [
                .sql("SET LOCAL enable_seqscan = off"),
                .sql("EXPLAIN SELECT * FROM {schema}.\(view) WHERE \(condition)"),
            ],
            in: Scope(role: tenant.sharingRole, schema: tenant))[1]
        let text: [String] = try plan.rows.map { try $0.value("QUERY PLAN") }
        #expect(text.contains { $0.contains(expected) })
    }
}
