import AuditProof
import TestSupport
import Testing

@testable import Tenancy

/// What somebody with all rights over the database can do to a log, and that each is found.
@Suite(.serialized) struct TamperingTests {
    private func setUp() async throws -> (SealingFixture, TenantSchema, SignedNote) {
        let setup = try await SealingFixture.make()
        let tenant = try await setup.fixture.activeTenant()
        for _ in 0..<3 {
            try await setup.write(4, in: tenant)
            _ = try await setup.sealer.round(checkpointNow: true)
        }
        #expect(try await setup.finding(tenant) == nil)
        return (setup, tenant, try await setup.newestNote())
    }

    /// Not even a superuser writes a leaf by itself: it goes with its row.
    private func tamper(_ setup: SealingFixture, _ tenant: TenantSchema, _ sql: String) throws {
        _ = try setup.fixture.rows(sql, in: tenant)
    }

    @Test func aRowThatIsChangedTakesItsLeafAlongAndMissesItsSeal() async throws {
        let (setup, tenant, _) = try await setUp()
        for change in [
            "purpose = 9", "at = at - interval '5 minutes'", "actor_code = '564'",
            "personal = decode(repeat('00', 64), 'hex')", "nonce = uuid_send(gen_random_uuid())",
            "outcome = 1, refusal_reason = NULL, released = '{8}'",
        ] {
            try tamper(
                setup, tenant,
                """
                CREATE TABLE IF NOT EXISTS public.kept AS SELECT * FROM {schema}.audit WHERE seq = 6;
                UPDATE {schema}.audit SET \(change) WHERE seq = 6
                """)
            guard case .rowsChanged(2, _, _)? = try await setup.finding(tenant) else {
                Issue.record("\(change) was not found")
                continue
            }
            try tamper(
                setup, tenant,
                """
                UPDATE {schema}.audit AS a SET purpose = k.purpose, at = k.at,
                    actor_code = k.actor_code, personal = k.personal, nonce = k.nonce,
                    outcome = k.outcome, refusal_reason = k.refusal_reason, released = k.released
                FROM public.kept AS k WHERE a.seq = 6
                """)
            #expect(try await setup.finding(tenant) == nil)
        }
    }

    /// By more than clocks and transactions explain, it stands among newer rows.
    @Test func aRowThatIsDatedBackIsFound() async throws {
        let (setup, tenant, _) = try await setUp()
        try tamper(
            setup, tenant, "UPDATE {schema}.audit SET at = at - interval '1 hour' WHERE seq = 6")
        guard case .backdated(let row, _)? = try await setup.finding(tenant) else {
            Issue.record("the row was not found")
            return
        }
        #expect(row.sequence == 6)
    }

    /// Also where the operator's own sealer seals it: the row is new, and pretends to be old.
    @Test func aNewRowThatPretendsToBeOldIsFound() async throws {
        let (setup, tenant, newest) = try await setUp()
        try tamper(
            setup, tenant,
            """
            INSERT INTO {schema}.audit (at, actor_kind, actor_code, actor_system, method, outcome,
                purpose, client_count, call_reference)
            VALUES (now() - interval '1 year', 'county', '08', 'x', 'x', 1, 0, 0, 'x')
            """)
        _ = try await setup.sealer.round(checkpointNow: true)
        guard case .backdated? = try await setup.finding(tenant, witnessed: [newest]) else {
            Issue.record("the row was not found")
            return
        }
    }

    /// A leaf that does not fit its row can only be written where the column is not generated any more.
    @Test func aLeafThatDoesNotFitIsNamed() async throws {
        let (setup, tenant, _) = try await setUp()
        try tamper(
            setup, tenant,
            """
            ALTER TABLE {schema}.audit ALTER COLUMN leaf DROP EXPRESSION;
            UPDATE {schema}.audit SET purpose = 9 WHERE seq = 6
            """)
        guard case .badLeaf(let row)? = try await setup.finding(tenant) else {
            Issue.record("the row was not found")
            return
        }
        #expect(row.sequence == 6)
    }

    @Test func missingRowsAreFound() async throws {
        let (setup, tenant, _) = try await setUp()
        try tamper(setup, tenant, "DELETE FROM {schema}.audit WHERE seq IN (6, 7)")
        guard case .rowCount(2, 4, 2, _, _)? = try await setup.finding(tenant) else {
            Issue.record("the gap was not found")
            return
        }
    }

    @Test func addedRowsAreFound() async throws {
        let (setup, tenant, _) = try await setUp()
        try tamper(
            setup, tenant,
            """
            INSERT INTO {schema}.audit (seq, xid, actor_kind, actor_code, actor_system, method,
                outcome, purpose, client_count, call_reference)
            OVERRIDING SYSTEM VALUE
            SELECT 1000, xid, 'county', '08', 'x', 'x', 1, 0, 0, 'x' FROM {schema}.audit WHERE seq = 6
            """)
        guard case .rowCount(2, 4, 5, _, _)? = try await setup.finding(tenant) else {
            Issue.record("the added row was not found")
            return
        }
    }

    @Test func rowsInAnotherOrderAreFound() async throws {
        let (setup, tenant, _) = try await setUp()
        try tamper(
            setup, tenant,
            """
            UPDATE {schema}.audit AS a SET xid = b.xid
            FROM {schema}.audit AS b WHERE (a.seq, b.seq) IN ((6, 7), (7, 6))
            """)
        guard case .rowsChanged(2, _, _)? = try await setup.finding(tenant) else {
            Issue.record("the exchange was not found")
            return
        }
    }

    @Test func aLogWithoutItsEndIsFound() async throws {
        let (setup, tenant, newest) = try await setUp()
        try tamper(
            setup, tenant,
            "DELETE FROM {schema}.audit WHERE seq > 8; DELETE FROM {schema}.seal WHERE number = 3")
        // The operator's log still speaks of them: of checkpoint 2 the log is whole, of 3 it is not.
        #expect(
            try await setup.finding(tenant, witnessed: [newest])
                == .truncated(checkpoint: 3, sealed: 12, found: 8))
    }

    @Test func aMissingSealIsFound() async throws {
        let (setup, tenant, _) = try await setUp()
        try tamper(setup, tenant, "DELETE FROM {schema}.seal WHERE number = 2")
        #expect(try await setup.finding(tenant) == .missingSeal(number: 2))
    }

    @Test func aChainThatIsWrittenAnewWithAnotherKeyIsFound() async throws {
        let (setup, tenant, _) = try await setUp()
        let forger = try SealingFixture(fixture: setup.fixture)
        try await rewrite(forger, tenant)
        #expect(try await forger.finding(tenant) == nil, "by the forger's key all is well")
        #expect(
            try await setup.finding(tenant)
                == .badCheckpoint(size: 1, why: "it is signed by none of the keys given"))
        let seals = try await setup.items(tenant).filter {
            if case .proof = $0 { false } else { true }
        }
        var verifier = try LogVerifier(schema: tenant.name, keys: [try setup.noteKey])
        #expect(throws: LogFinding.badSealSignature(number: 1)) {
            for item in seals { try verifier.take(item) }
        }
    }

    /// With the right key nothing within the database tells; whoever kept a checkpoint does.
    @Test func aChainThatIsWrittenAnewWithTheRightKeyIsFoundByWhoeverKeptACheckpoint() async throws
    {
        let (setup, tenant, newest) = try await setUp()
        let operators = try SealingFixture(fixture: setup.fixture, key: setup.key)
        try await rewrite(operators, tenant)
        #expect(try await operators.finding(tenant) == nil)
        // The new log of the operator is shorter than the one that was seen.
        #expect(
            try await setup.finding(tenant, witnessed: [newest]) == .unproven(checkpoint: 3))
        for _ in 0..<2 {
            try await setup.write(in: tenant)
            _ = try await operators.sealer.round(checkpointNow: true)
        }
        #expect(try await setup.finding(tenant, witnessed: [newest]) == .forked(checkpoint: 3))
    }

    /// Changes a row and makes all seals and checkpoints anew.
    private func rewrite(_ forger: SealingFixture, _ tenant: TenantSchema) async throws {
        try tamper(
            forger, tenant,
            """
            UPDATE {schema}.audit SET purpose = 9 WHERE seq = 6;
            DELETE FROM {schema}.seal;
            TRUNCATE registry.checkpoint CASCADE
            """)
        _ = try await forger.sealer.round(checkpointNow: true)
    }

    @Test func aCheckpointWhoseHeadsWereChangedIsFound() async throws {
        let (setup, tenant, newest) = try await setUp()
        try tamper(
            setup, tenant, "UPDATE registry.checkpoint_head SET tree_size = 11 WHERE checkpoint = 3"
        )
        guard
            case .badCheckpoint(3, _)? = try await setup.finding(tenant, witnessed: [newest])
        else {
            Issue.record("the changed head was not found")
            return
        }
    }
}
