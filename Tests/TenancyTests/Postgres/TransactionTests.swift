import Tenancy
import TestSupport
import Testing

@Suite struct TransactionTests {
    struct Refusal: Error {}

    @Test func returningCommitsWhatAllSegmentsDid() async throws {
        let fixture = try DatabaseFixture()
        let total = try await fixture.database.transaction(in: DatabaseFixture.writer) {
            transaction in
            let inserted = try await transaction.run(Statements.insert, [.text("a"), .int(1)])
            let id: Int64 = try inserted.only().value("id")
            _ = try await transaction.run(Statements.insertChild, [.text("b"), .int(id)])
            return try await transaction.run(Statements.count).only().value("total", as: Int.self)
        }
        #expect(total == 2)
        #expect(try fixture.storedItems() == ["a", "b"])
        await fixture.database.shutdown()
    }

    @Test func throwingRollsBackAndTheConnectionGoesOn() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let backend = try await fixture.backend()
        await #expect(throws: Refusal.self) {
            try await fixture.database.transaction(in: DatabaseFixture.writer) { transaction in
                _ = try await transaction.run(Statements.insert, [.text("a"), .int(1)])
                throw Refusal()
            }
        }
        #expect(try fixture.storedItems() == [])
        #expect(try await fixture.backend() == backend)
        await fixture.database.shutdown()
    }
}
