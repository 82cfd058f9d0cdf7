import TestSupport
import Testing

@testable import Tenancy

/// A restore brings back every table there is, those of later scripts and those whose first row a script
/// writes included; and what works with them goes on.
@Suite struct RestoredTablesTests {
    private func contents(_ setup: TransferSetup) throws -> [String: [[String?]]] {
        let tables = try setup.fixture.rows(
            "SELECT table_name FROM icds.tenant_tables('\(setup.tenant.code)')"
        ).compactMap { $0[0] }
        var contents: [String: [[String?]]] = [:]
        for table in tables {
            contents[table] = try setup.fixture.rows(
                "SELECT t::text FROM {schema}.\(table) AS t ORDER BY 1", in: setup.tenant)
        }
        return contents
    }

    /// A row at least in each table.
    private func fill(_ setup: TransferSetup) throws {
        try setup.fixture.rows(
            """
            INSERT INTO {schema}.moved_client (client_id, from_municipality)
            SELECT client_id, '588' FROM {schema}.client LIMIT 1;
            INSERT INTO {schema}.idempotency (actor_kind, actor_code, key_digest, method,
                request_digest, key_generation, answer)
            VALUES ('county', '06', sha256('a'), 'x', sha256('b'), 1, decode(repeat('07', 64), 'hex'));
            INSERT INTO {schema}.seal (number, first_era, first_xid, first_seq, last_era, last_xid,
                last_seq, row_count, tree_size, root, frontier, previous, system_identifier,
                timeline, at, key_id, signature)
            VALUES (1, 1, '1', 1, 1, '1', 1, 1, 1, sha256('c'), sha256('c'), sha256('d'), 1, 1,
                now(), sha256('e'), sha256('f') || sha256('g'));
            UPDATE {schema}.outbox_state SET purged_xid = '3', purged_seq = 1
            """, in: setup.tenant)
    }

    @Test func everyTableComesBackRowByRow() async throws {
        let setup = try await TransferSetup.make()
        try fill(setup)
        let before = try contents(setup)
        for table in before.keys { #expect(before[table]?.isEmpty == false, "\(table)") }
        #expect(before.keys.contains("outbox_state") && before.keys.contains("idempotency"))
        let file = try await setup.export()
        try await setup.suspend()
        // What is there now is not what was exported: nothing of it may be left.
        try setup.fixture.rows(
            """
            DELETE FROM {schema}.idempotency; DELETE FROM {schema}.outbox;
            UPDATE {schema}.outbox_state SET purged_seq = 99, feed_id = gen_random_uuid()
            """, in: setup.tenant)
        try await setup.restore(file.bytes)
        let after = try contents(setup)
        for table in before.keys.sorted() { #expect(after[table] == before[table], "\(table)") }
    }

    @Test func aRestoredKeyGivesItsFirstAnswer() async throws {
        let work = try await IdempotencyFixture.make()
        let setup = TransferSetup(fixture: work.fixture, tenant: work.tenant, cases: [])
        let first = try await work.record(try work.claim("key-1"))
        let file = try await setup.export()
        try await setup.suspend()
        try await setup.restore(file.bytes)
        try await work.fixture.registry.activate(work.tenant.key)
        let again = try await work.record(try work.claim("key-1"))
        #expect(again.text == first.text)
        #expect(try work.fixture.rows("SELECT FROM {schema}.client", in: work.tenant).count == 1)
    }

    private func start(
        _ work: IdempotencyFixture, _ start: ChangeFeed.Start
    ) async throws -> FeedCursor {
        let feed = ChangeFeed(database: work.fixture.api, auditKeys: work.fixture.auditKeys)
        return try await feed.start(start, in: work.tenant, audit: work.entry, deadline: nil)
    }

    @Test func aCursorGoesOnBehindARestoreInTheSameCluster() async throws {
        let work = try await IdempotencyFixture.make()
        let setup = TransferSetup(fixture: work.fixture, tenant: work.tenant, cases: [])
        _ = try await work.record(nil)
        let cursor = try await start(work, .now).text()
        let file = try await setup.export()
        try await setup.suspend()
        try await setup.restore(file.bytes)
        try await work.fixture.registry.activate(work.tenant.key)
        let made = try await work.record(nil).text
        let position = try await start(work, .cursor(cursor)).position
        let feed = ChangeFeed(database: work.fixture.api, auditKeys: work.fixture.auditKeys)
        let page = try await feed.read(
            after: position, in: work.tenant, countMax: 10, deadline: nil)
        #expect(page.events.map(\.clientID) == [made])
    }

    /// Numbers of transactions that this cluster has not given out yet are another cluster's: what
    /// happens next would come before them, so that cursors end.
    @Test func aFeedOfAnotherClusterEndsEveryCursor() async throws {
        let work = try await IdempotencyFixture.make()
        let setup = TransferSetup(fixture: work.fixture, tenant: work.tenant, cases: [])
        _ = try await work.record(nil)
        let cursor = try await start(work, .now).text()
        try work.fixture.rows(
            "UPDATE {schema}.outbox SET xid = '4000000000000000'::xid8", in: work.tenant)
        let feedID = "SELECT feed_id FROM {schema}.outbox_state"
        let before = try work.fixture.rows(feedID, in: work.tenant)
        let file = try await setup.export()
        try await setup.suspend()
        try await setup.restore(file.bytes)
        #expect(try work.fixture.rows(feedID, in: work.tenant) != before)
        try await work.fixture.registry.activate(work.tenant.key)
        await #expect(throws: FeedError.self) { try await start(work, .cursor(cursor)) }
    }
}
