import Testing

@testable import Tenancy

/// The sealer's login sees of every tenant's log where a row stands and its hash, and adds seals; nothing
/// else of a tenant, and nothing of the registry but what sealing needs.
@Suite struct SealerTests {
    private func attempt(
        _ sql: String
    ) async throws -> (DatabaseError.Kind?, TenancyFixture, TenantSchema) {
        let fixture = try await TenancyFixture.get()
        let tenant = try await Self.tenant.value
        return (
            try await fixture.sealer.attempt(sql, as: "icds_sealing", in: tenant), fixture, tenant
        )
    }

    private static let tenant = Task {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        _ = try await CaseSetup.make(fixture, in: tenant, accepted: true)
        return tenant
    }

    @Test(arguments: [
        "SELECT * FROM {schema}.audit", "SELECT personal FROM {schema}.audit",
        "SELECT client_id FROM {schema}.audit", "SELECT actor_code FROM {schema}.audit",
        "SELECT seq FROM {schema}.audit WHERE method = 'x'",
        "SELECT seq FROM {schema}.audit ORDER BY client_id",
        "INSERT INTO {schema}.audit (actor_kind) VALUES ('county')",
        "UPDATE {schema}.audit SET purpose = purpose", "DELETE FROM {schema}.audit",
        "UPDATE {schema}.seal SET root = root", "DELETE FROM {schema}.seal",
        "TRUNCATE {schema}.seal", "SELECT * FROM {schema}.client",
        "SELECT * FROM {schema}.audit_key", "DELETE FROM {schema}.audit_key",
        "SELECT * FROM {schema}.tenant_key", "SELECT * FROM {schema}.shareable_client",
        "SELECT * FROM {schema}.outbox", "SELECT * FROM {schema}.idempotency",
        "SELECT {schema}.begin_audit_era()", "SELECT setval('{schema}.audit_seq_seq', 1)",
        "SELECT nextval('{schema}.audit_seq_seq')",
        "UPDATE registry.checkpoint SET note = note", "DELETE FROM registry.checkpoint",
        "DELETE FROM registry.checkpoint_head", "SELECT * FROM registry.change_log",
        "UPDATE registry.organisation SET status = 'active'",
    ])
    func itMayNot(sql: String) async throws {
        #expect(try await attempt(sql).0 == .insufficientPrivilege)
    }

    /// What its work is: were these refused, the others would prove nothing.
    @Test(arguments: [
        "SELECT era, seq, xid, leaf FROM {schema}.audit", "SELECT * FROM {schema}.seal",
        "SELECT last_value FROM {schema}.audit_seq_seq", "SELECT {schema}.erase_audit_months(12)",
        "SELECT * FROM registry.checkpoint",
    ])
    func itMay(sql: String) async throws {
        #expect(try await attempt(sql).0 == nil)
    }

    /// Keys of a log younger than a year are out of its reach, however it asks.
    @Test(arguments: ["0", "-1", "NULL"]) func itCannotEraseWhatIsYoung(years: String) async throws
    {
        let (kind, fixture, tenant) = try await attempt(
            "SELECT {schema}.erase_audit_months(\(years))")
        #expect(kind == .statement(sqlState: "22023"))
        #expect(try fixture.rows("SELECT FROM {schema}.audit_key", in: tenant).count == 1)
    }

    /// A row that a seal's checks refuse shows nothing but what the sealer gave.
    @Test func aSealIsChecked() async throws {
        let columns = """
            number, first_era, first_xid, first_seq, last_era, last_xid, last_seq, row_count,
            tree_size, root, frontier, previous, system_identifier, timeline, at, key_id, signature
            """
        let (kind, _, _) = try await attempt(
            """
            INSERT INTO {schema}.seal (\(columns)) VALUES (0, 1, '1', 1, 1, '1', 1, 1, 1, 'x', 'x',
                'x', 1, 1, now(), 'x', 'x')
            """)
        guard case .checkViolation? = kind else {
            Issue.record("\(String(describing: kind))")
            return
        }
    }
}
