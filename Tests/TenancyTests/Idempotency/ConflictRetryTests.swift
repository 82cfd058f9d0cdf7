import Testing

@testable import Tenancy

@Suite struct ConflictRetryTests {
    private let conflict = DatabaseError(.serialization, "test", sqlState: "40P01")

    @Test func itEndsWithTheErrorAfterSoManyAttempts() async throws {
        let attempts = Shared(0)
        await #expect(throws: DatabaseError.self) {
            try await ConflictRetry.run(until: nil) {
                attempts.withLock { $0 += 1 }
                throw conflict
            }
        }
        #expect(attempts.withLock { $0 } == ConflictRetry.attemptsMax)
    }

    @Test func nothingIsTriedAfterTheDeadline() async throws {
        let attempts = Shared(0)
        await #expect(throws: DatabaseError.self) {
            try await ConflictRetry.run(until: .now) {
                attempts.withLock { $0 += 1 }
                throw conflict
            }
        }
        #expect(attempts.withLock { $0 } == 1)
    }

    @Test func otherErrorsAreNotItsMatter() async throws {
        let attempts = Shared(0)
        await #expect(throws: DatabaseError.self) {
            try await ConflictRetry.run(until: nil) {
                attempts.withLock { $0 += 1 }
                throw DatabaseError(.unavailable, "test")
            }
        }
        #expect(attempts.withLock { $0 } == 1)
    }

    /// Two transactions that change two clients in opposite orders: PostgreSQL breaks one of them off,
    /// and both are done all the same.
    @Test func deadlockedWorkIsDoneInTheEnd() async throws {
        let work = try await IdempotencyFixture.make()
        let ids = [try SecureRandom.uuid(), try SecureRandom.uuid()]
        _ = try await work.store.run(
            ids.map { .sql(IdempotencyFixture.insert, [.uuid($0)]) }, in: work.tenant,
            audit: work.entry)
        let attempts = Shared(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in [ids, ids.reversed()] {
                group.addTask {
                    try await work.store.transaction(in: work.tenant) { transaction in
                        attempts.withLock { $0 += 1 }
                        for id in order {
                            _ = try await transaction.run([
                                .sql(
                                    """
                                    UPDATE {schema}.client SET version = version + 1
                                    WHERE client_id = $1::uuid
                                    """, [.uuid(id)]),
                                // Both hold their first row before either asks for its second.
                                .sql("SELECT pg_sleep(0.2)"),
                            ])
                        }
                        return Audited((), work.entry)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(attempts.withLock { $0 } >= 3, "one of them was broken off")
        #expect(
            try work.fixture.rows("SELECT version FROM {schema}.client", in: work.tenant)
                == [["3"], ["3"]])
        #expect(try work.auditCount == 3)
    }

    @Test func twoSnapshotsThatChangeOneRowBothSucceed() async throws {
        let work = try await IdempotencyFixture.make()
        let id = try SecureRandom.uuid()
        _ = try await work.store.run(
            [.sql(IdempotencyFixture.insert, [.uuid(id)])], in: work.tenant, audit: work.entry)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try await work.store.transaction(
                        in: work.tenant, options: WorkOptions(isolation: .repeatableRead)
                    ) { transaction in
                        _ = try await transaction.run([
                            .sql("SELECT FROM {schema}.client"), .sql("SELECT pg_sleep(0.05)"),
                            .sql("UPDATE {schema}.client SET version = version + 1"),
                        ])
                        return Audited((), work.entry)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(
            try work.fixture.rows("SELECT version FROM {schema}.client", in: work.tenant)
                == [["4"]])
    }
}
