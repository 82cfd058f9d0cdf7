import Testing

@testable import Tenancy

/// Nothing lost, nothing told twice, in the order in which it became visible.
@Suite struct ChangeFeedTests {
    /// A reader that remembers nothing but its cursor, as one that is started anew does.
    private func drain(
        _ fixture: TenancyFixture, _ work: IdempotencyFixture, _ start: ChangeFeed.Start,
        countMax: Int = 7
    ) async throws -> (ids: [String], cursor: String) {
        let feed = ChangeFeed(database: fixture.api, auditKeys: fixture.auditKeys)
        var cursor = try await feed.start(start, in: work.tenant, audit: work.entry, deadline: nil)
        var ids: [String] = []
        while true {
            let page = try await feed.read(
                after: cursor.position, in: work.tenant, countMax: countMax, deadline: nil)
            guard let last = page.events.last else { return (ids, try cursor.text()) }
            ids += page.events.map(\.clientID)
            cursor = FeedCursor(feedID: cursor.feedID, position: last.position)
        }
    }

    @Test func aReaderGoesOnWhereItEnded() async throws {
        let work = try await IdempotencyFixture.make()
        let fixture = work.fixture
        let old = try await work.record(nil).text
        var (ids, cursor) = try await drain(fixture, work, .now)
        #expect(ids.isEmpty)
        var made: [String] = []
        for count in [0, 1, 20, 3] {
            for _ in 0..<count { made.append(try await work.record(nil).text) }
            let next = try await drain(fixture, work, .cursor(cursor))
            ids += next.ids
            cursor = next.cursor
        }
        #expect(ids == made)
        #expect(try await drain(fixture, work, .beginning).ids == [old] + made)
    }

    /// Numbers are drawn before commits: a transaction that is open for long holds back those behind
    /// it, and comes in its place once it is committed.
    @Test func aTransactionThatCommitsLateIsNotPassedOver() async throws {
        let work = try await IdempotencyFixture.make()
        let fixture = work.fixture
        let (_, start) = try await drain(fixture, work, .now)
        let late = try SecureRandom.uuid()
        let between = Shared<[String]>([])
        let feed = ChangeFeed(database: fixture.api, auditKeys: fixture.auditKeys)
        _ = try await work.store.transaction(in: work.tenant) { transaction in
            _ = try await transaction.run([.sql(IdempotencyFixture.insert, [.uuid(late)])])
            for _ in 0..<3 {
                let id = try await work.record(nil).text
                between.withLock { $0.append(id) }
            }
            let cursor = try await feed.start(
                .cursor(start), in: work.tenant, audit: work.entry, deadline: nil)
            let page = try await feed.read(
                after: cursor.position, in: work.tenant, countMax: 10, deadline: nil)
            #expect(page.events.isEmpty && page.isMoreToCome)
            return Audited((), work.entry)
        }
        let after = try await drain(fixture, work, .cursor(start))
        #expect(after.ids == [late] + between.withLock { $0 })
    }

    /// Writers in parallel, some of whose transactions are rolled back, and a reader that starts anew
    /// from its cursor all the time.
    @Test func parallelWritersAndRollbacksLeaveNoGapAndNoRepetition() async throws {
        struct RolledBack: Error {}
        let work = try await IdempotencyFixture.make()
        let fixture = work.fixture
        let kept = Shared<Set<String>>([])
        var (seen, cursor) = try await drain(fixture, work, .now)
        let writers = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<6 {
                    group.addTask {
                        for round in 0..<25 {
                            if (writer + round) % 4 == 0 {
                                _ = try? await work.record(nil, failing: RolledBack())
                            } else {
                                let id = try await work.record(nil).text
                                kept.withLock { _ = $0.insert(id) }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let isDone = Shared(false)
        let end = Task {
            _ = try await writers.value
            isDone.withLock { $0 = true }
        }
        while true {
            let wasDone = isDone.withLock { $0 }
            let next = try await drain(fixture, work, .cursor(cursor), countMax: 3)
            seen += next.ids
            cursor = next.cursor
            if wasDone, next.ids.isEmpty, seen.count >= kept.withLock({ $0.count }) { break }
        }
        try await end.value
        let expected = kept.withLock { $0 }
        #expect(Set(seen) == expected)
        #expect(seen.count == expected.count, "each is told once")
        #expect(try await drain(fixture, work, .beginning).ids == seen, "in the same order")
    }

    @Test func theStartOfAWatchIsAudited() async throws {
        let work = try await IdempotencyFixture.make()
        _ = try await drain(work.fixture, work, .beginning)
        #expect(try work.auditCount == 1)
    }

    @Test func cursorsBehindThePurgeAreToldSo() async throws {
        let work = try await IdempotencyFixture.make()
        let fixture = work.fixture
        let before = try await drain(fixture, work, .now).cursor
        for _ in 0..<3 { _ = try await work.record(nil) }
        let after = try await drain(fixture, work, .cursor(before)).cursor
        let purge = RetentionPurge(migrator: fixture.migrator)
        #expect(try await purge.run(work.tenant).changes == 0)
        try fixture.rows(
            "UPDATE {schema}.outbox SET at = at - interval '31 days'", in: work.tenant)
        let young = try await work.record(nil).text
        #expect(try await purge.run(work.tenant).changes == 3)
        await #expect(throws: FeedError.purgedCursor) {
            _ = try await drain(fixture, work, .cursor(before))
        }
        // The last row that was purged is a place, although it is gone.
        #expect(try await drain(fixture, work, .cursor(after)).ids == [young])
        #expect(try await drain(fixture, work, .beginning).ids == [young])
    }

    @Test func cursorsOfOtherFeedsAndFormsAreRefused() async throws {
        let work = try await IdempotencyFixture.make()
        let other = try await IdempotencyFixture.make()
        let foreign = try await drain(other.fixture, other, .now).cursor
        await #expect(throws: FeedError.unknownCursor) {
            _ = try await drain(work.fixture, work, .cursor(foreign))
        }
        let own = try await drain(work.fixture, work, .now).cursor
        for wrong in ["x", String(own.dropLast(2)), own + "00", "ff" + own.dropFirst(2)] {
            await #expect(throws: FeedError.malformedCursor) {
                _ = try await drain(work.fixture, work, .cursor(wrong))
            }
        }
        let edited = own.dropLast(1) + (own.hasSuffix("0") ? "1" : "0")
        await #expect(throws: FeedError.unknownCursor) {
            _ = try await drain(work.fixture, work, .cursor(String(edited)))
        }
    }

    /// A database that was brought back to an earlier time has lost rows, and with them the places
    /// behind them.
    @Test func aPlaceThatIsGoneIsToldSo() async throws {
        let work = try await IdempotencyFixture.make()
        _ = try await work.record(nil)
        let cursor = try await drain(work.fixture, work, .beginning).cursor
        try work.fixture.rows("DELETE FROM {schema}.outbox", in: work.tenant)
        await #expect(throws: FeedError.unknownCursor) {
            _ = try await drain(work.fixture, work, .cursor(cursor))
        }
    }

    @Test func aSuspendedTenantsFeedIsClosed() async throws {
        let work = try await IdempotencyFixture.make()
        let feed = ChangeFeed(
            database: work.fixture.api, auditKeys: work.fixture.auditKeys)
        let cursor = try await feed.start(
            .now, in: work.tenant, audit: work.entry, deadline: nil)
        try await work.fixture.registry.suspend(work.tenant.key)
        let kind = try await kindOfError {
            _ = try await feed.read(
                after: cursor.position, in: work.tenant, countMax: 1, deadline: nil)
        }
        #expect(kind == .insufficientPrivilege)
    }
}
