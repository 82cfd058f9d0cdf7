import Testing

@testable import Tenancy

/// What the catalogue and the statistics of PostgreSQL tell of other tenants. Names and counts are for
/// everybody to see (`ServerReachTests.whatRemainsToEverybody`); values are not.
@Suite struct CatalogueTests {
    private func setUp() async throws -> (TenancyFixture, own: TenantSchema, foreign: CaseSetup) {
        let fixture = try await TenancyFixture.get()
        let own = try await fixture.activeTenant()
        let foreign = try await fixture.activeTenant()
        let setup = try await CaseSetup.make(fixture, in: foreign, accepted: true)
        try fixture.rows("ANALYZE {schema}.client", in: foreign)
        return (fixture, own, setup)
    }

    /// `pg_stats` and its relatives hold the most frequent values of each column.
    @Test(arguments: ["pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"])
    func valuesOfForeignColumnsAreNotInTheStatistics(view: String) async throws {
        let (fixture, own, foreign) = try await setUp()
        let all = "SELECT * FROM \(view) WHERE schemaname = '\(foreign.tenant.name)'"
        if view == "pg_stats" { #expect(try !fixture.rows(all).isEmpty) }
        for attacker in try await Attacker.all(fixture, around: own) {
            #expect(try await attacker.read(all).isEmpty, "\(attacker)")
        }
        // The sharing role sees no column of a table, its own tenant's neither.
        let sharing = try await fixture.sharing.run(
            [.sql(all)], in: Scope(role: foreign.tenant.sharingRole))[0]
        #expect(sharing.isEmpty)
    }

    @Test(arguments: [
        "EXPLAIN SELECT * FROM {schema}.client WHERE family_name = 'Esimerkki'",
        "EXPLAIN ANALYZE SELECT * FROM {schema}.audit", "EXPLAIN DELETE FROM {schema}.client",
        "EXPLAIN SELECT * FROM {schema}.shareable_client", "TABLE {schema}.participation",
        "SELECT nextval('{schema}.audit_seq_seq')", "SELECT last_value FROM {schema}.audit_seq_seq",
        "SELECT '{schema}.client'::regclass",
        "SELECT table_to_xml('{schema}.client', true, true, '')",
        "SELECT schema_to_xml('{name}', true, true, '')",
        "SELECT query_to_xml('SELECT * FROM {schema}.client', true, true, '')",
        "SELECT * FROM ts_stat('SELECT to_tsvector(family_name) FROM {schema}.client')",
        "COPY {schema}.client TO PROGRAM 'true'", "COPY {schema}.client TO STDOUT",
        "COPY (SELECT * FROM {schema}.audit) TO STDOUT", "COPY {schema}.client FROM STDIN",
        "LOCK TABLE {schema}.client IN ACCESS SHARE MODE",
        "DECLARE evil CURSOR WITH HOLD FOR SELECT * FROM {schema}.client",
        "PREPARE evil AS SELECT * FROM {schema}.client",
        "SELECT {schema}.accept_participation('x', 'y')", "COMMENT ON TABLE {schema}.client IS 'x'",
        "ANALYZE {schema}.client", "REINDEX TABLE {schema}.client",
        "MERGE INTO {schema}.client AS c USING pg_am ON false WHEN NOT MATCHED THEN DO NOTHING",
        "CREATE TRIGGER evil BEFORE INSERT ON {schema}.client EXECUTE FUNCTION icds.evil()",
        "CREATE POLICY evil ON {schema}.client", "CREATE INDEX ON {schema}.client (family_name)",
        "CREATE RULE evil AS ON SELECT TO {schema}.client DO INSTEAD NOTHING",
        "CREATE VIEW public.evil AS SELECT * FROM {schema}.client",
        "CREATE STATISTICS public.evil ON status, birth_date FROM {schema}.client",
    ])
    func noStatementTellsAnythingOfAForeignTable(sql: String) async throws {
        let (fixture, own, foreign) = try await Self.shared.value
        let text = sql.replacing("{name}", with: foreign.name)
        for attacker in try await Attacker.all(fixture, around: own) {
            // Sealing goes over all tenants: names, seals and the last number of a log are its work.
            // A statement that is prepared has read nothing yet, and ANALYZE passes over with a warning.
            if attacker.role == "icds_sealing", Self.sealing.contains(sql) { continue }
            #expect(
                try await attacker.attempt(text, in: foreign) == .insufficientPrivilege,
                "\(attacker)")
        }
    }

    private static let sealing = [
        "SELECT last_value FROM {schema}.audit_seq_seq", "SELECT '{schema}.client'::regclass",
        "SELECT schema_to_xml('{name}', true, true, '')",
        "PREPARE evil AS SELECT * FROM {schema}.client", "ANALYZE {schema}.client",
    ]

    private static let shared = Task {
        let fixture = try await TenancyFixture.get()
        return (fixture, try await fixture.activeTenant(), try await fixture.activeTenant())
    }

    /// `pg_stat_activity` shows a login its own sessions' statements: their texts, which are constants,
    /// never a parameter. Other logins' and, in a tenant's role, everybody's are hidden.
    @Test func statementsOfOthersAreHiddenAndHoldNoValues() async throws {
        let (fixture, own, foreign) = try await setUp()
        let seen =
            "SELECT usename::text AS login, coalesce(query, '') AS query FROM pg_stat_activity"
        for attacker in try await Attacker.all(fixture, around: own) {
            for row in try await attacker.read(seen).rows {
                let query: String = try row.value("query")
                let login: String? = try row.optional("login")
                if attacker.role != nil || login != attacker.login {
                    #expect(
                        ["", "<insufficient privilege>"].contains(query), "\(attacker): \(query)")
                }
                for value in [
                    foreign.identityCode, foreign.clientID, "Esimerkki", foreign.caseReference,
                ] {
                    #expect(!query.contains(value), "\(attacker)")
                }
            }
        }
    }

    /// A code that another tenant has is neither refused nor slower to refuse: each tenant has an index
    /// of its own, and the same code has another index value in each.
    @Test func uniqueViolationsTellNothingOfOtherTenants() async throws {
        let (fixture, own, foreign) = try await setUp()
        let made = try await CaseSetup.make(fixture, in: own, accepted: false)
        #expect(made.identityCode == foreign.identityCode && made.index != foreign.index)
        let shared = try fixture.rows(
            """
            SELECT i.indexrelid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
            WHERE i.indisunique AND c.relnamespace = '{schema}'::regnamespace
                AND c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)
            """, in: own)
        #expect(shared.isEmpty)
    }

    /// No constraint, trigger or view of a tenant names anything of another.
    @Test func nothingInATenantsSchemaDependsOnAnother() async throws {
        let (fixture, own, foreign) = try await setUp()
        let crossing = try fixture.rows(
            """
            SELECT k.conname FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.confrelid
            WHERE k.connamespace = '\(own.name)'::regnamespace AND c.relnamespace <> k.connamespace
            UNION ALL
            SELECT viewname FROM pg_views
            WHERE schemaname = '\(own.name)' AND definition ~ '\\ym[0-9]{3}\\.'
                AND definition !~ '\\y\(own.name)\\.'
            UNION ALL
            SELECT proname FROM pg_proc
            WHERE pronamespace = '\(own.name)'::regnamespace AND prosrc ~ '"\(foreign.tenant.name)"'
            """)
        #expect(crossing.isEmpty)
    }
}
