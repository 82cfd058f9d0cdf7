import TestSupport
import Testing

@testable import Tenancy

/// EXPLAIN shows how many rows each step took away, and estimates them by the statistics of the tables.
/// Asked of the shareable views, both are the same whether a hidden client has the value that is asked
/// for or not: otherwise its data could be guessed, one comparison after the other.
@Suite struct ExplainTests {
    /// View, column, a condition that rows of the hidden client fulfil and one that they do not. No row
    /// that a county may see fulfils either.
    static let guesses: [(view: String, column: String, right: String, wrong: String)] = [
        ("shareable_client", "family_name", "= 'Piilossa'", "= 'Puuttuva'"),
        ("shareable_client", "given_names", "= 'Xerxes'", "= 'Xenia'"),
        ("shareable_client", "given_names", "> 'Xerxer'", "> 'Xerxet'"),
        ("shareable_client", "birth_date", "= '1911-11-11'", "= '1911-11-12'"),
        ("shareable_client", "birth_date", "< '1911-11-12'", "< '1911-11-11'"),
        ("shareable_client", "telephone", "= '+358409999999'", "= '+358409999998'"),
        ("shareable_client", "postal_code", "= '99999'", "= '99998'"),
        ("shareable_client", "city", "= 'Piilola'", "= 'Oulu'"),
        ("shareable_client", "citizenships", "= '{SO}'", "= '{SE}'"),
        ("shareable_client", "health", #"= '{"summary": "z"}'"#, #"= '{"summary": "y"}'"#),
        ("shareable_assessment", "trigger", "= 5", "= 6"),
        ("shareable_assessment", "recorded_by", "= 'piilo'", "= 'muu'"),
        ("shareable_assessment", "start_time", "< '2001-01-01'", "< '1999-01-01'"),
        ("shareable_participation", "county_code", "= '08'", "= '09'"),
        ("shareable_participation", "accept_time", "< '2001-01-01'", "< '1999-01-01'"),
        ("shareable_source", "recorded_by", "= 'piilo'", "= 'muu'"),
        ("shareable_source", "kind", "= 5", "= 6"),
        ("sharing_lookup", "client_status", "= 2", "= 3"),
        ("sharing_lookup", "invite_time", "< '2001-01-01'", "< '1999-01-01'"),
    ]

    /// Two clients that county 06 sees, and one that is county 08's.
    private static let shared = Task {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        for code in ["010594Y9032", "020594Y9039"] {
            _ = try await CaseSetup.make(fixture, in: tenant, identityCode: code, accepted: true)
        }
        let (client, assessment) = (try SecureRandom.uuid(), try SecureRandom.uuid())
        try fixture.rows(
            """
            INSERT INTO {schema}.client (client_id, status, non_disclosure_order, birth_date,
                given_names, family_name, telephone, postal_code, city, citizenships, health)
            VALUES ('\(client)', 1, true, '1911-11-11', 'Xerxes', 'Piilossa', '+358409999999',
                '99999', 'Piilola', '{SO}', '{"summary": "z"}');
            INSERT INTO {schema}.client_source (client_id, category, kind, recorded_by)
            VALUES ('\(client)', 2, 5, 'piilo');
            INSERT INTO {schema}.assessment (assessment_id, client_id, trigger, start_time,
                recorded_by)
            VALUES ('\(assessment)', '\(client)', 5, '2000-01-01', 'piilo');
            INSERT INTO {schema}.participation (assessment_id, county_code, case_reference,
                invite_time, invited_by, accept_time, accepted_by)
            VALUES ('\(assessment)', '08', repeat('b', 26), '2000-01-01', 'piilo', '2000-01-01',
                'piilo');
            ANALYZE {schema}.client, {schema}.client_source, {schema}.assessment,
                {schema}.participation
            """, in: tenant)
        return (fixture, tenant)
    }

    /// The plan without the lines of conditions, which have the value that was asked for, as PostgreSQL
    /// writes it.
    private func plan(_ options: String, _ query: String, county: String) async throws -> String {
        let (fixture, tenant) = try await Self.shared.value
        let rows = try await fixture.sharing.run(
            [.sql("EXPLAIN (\(options)) SELECT * FROM {schema}." + query)],
            in: Scope(
                role: tenant.sharingRole, schema: tenant, settings: [("icds.county", county)]))[0]
        let lines: [String] = try rows.rows.map { try $0.value("QUERY PLAN") }
        return lines.filter { line in
            let text = line.drop { $0 == " " }
            return !["Filter: ", "Index Cond: ", "One-Time Filter: "].contains {
                text.hasPrefix($0)
            }
        }.joined(separator: "\n")
    }

    @Test(arguments: guesses, ["COSTS ON", "ANALYZE, COSTS ON, TIMING OFF, SUMMARY OFF"])
    func whatIsAskedOfHiddenRowsChangesNoPlanAndNoCount(
        guess: (view: String, column: String, right: String, wrong: String), options: String
    ) async throws {
        for county in [CaseSetup.county, CaseSetup.other] {
            var plans: [String] = []
            for condition in [guess.right, guess.wrong] {
                plans.append(
                    try await plan(
                        options, "\(guess.view) WHERE \(guess.column) \(condition)",
                        county: county))
            }
            #expect(Set(plans).count == 1, "\(plans.joined(separator: "\n"))")
        }
    }

    /// That there is something to keep out: a security barrier alone lets comparisons in that cannot
    /// fail, and both the counts and the estimates tell.
    @Test(arguments: [
        ("COSTS ON", "= '1994-05-01'", "= '1994-05-02'"),
        ("ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF", "< '1911-11-12'", "< '1911-11-11'"),
    ])
    func aSecurityBarrierAloneTells(options: String, right: String, wrong: String) async throws {
        let (fixture, tenant) = try await Self.shared.value
        let isCounted = options.hasPrefix("ANALYZE")
        let name = isCounted ? "counted" : "estimated"
        try fixture.rows(
            """
            CREATE VIEW {schema}.\(name) WITH (security_barrier) AS
            SELECT c.client_id, c.birth_date FROM {schema}.client AS c
            WHERE c.status = 1 AND EXISTS (
                SELECT FROM {schema}.participation AS p
                JOIN {schema}.assessment AS a ON a.assessment_id = p.assessment_id
                WHERE a.client_id = c.client_id
                    AND p.county_code = nullif(current_setting('icds.county', true), ''));
            ALTER VIEW {schema}.\(name) OWNER TO icds_owner;
            GRANT SELECT ON {schema}.\(name) TO \(tenant.sharingRole)
            """, in: tenant)
        // Other tests ask the catalogue what this role may read.
        defer { _ = try? fixture.rows("DROP VIEW {schema}.\(name)", in: tenant) }
        let county = isCounted ? CaseSetup.county : CaseSetup.other
        func plans(of view: String) async throws -> Set<String> {
            var plans: Set<String> = []
            for condition in [right, wrong] {
                let query = "\(view) WHERE birth_date \(condition)"
                plans.insert(try await plan(options, query, county: county))
            }
            return plans
        }
        #expect(try await plans(of: name).count == 2)
        #expect(try await plans(of: "shareable_client").count == 1)
    }

    /// The keys, by which rows must be found, are still looked up in their indexes.
    @Test(arguments: [
        ("sharing_lookup", "case_reference = 'x'", "participation_case_reference_key"),
        ("sharing_lookup", "identity_code_index = 'x'", "client_identity_code_index_key"),
        (
            "sharing_lookup", "identity_code_index_even = 'x'",
            "client_identity_code_index_even_key"
        ),
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
