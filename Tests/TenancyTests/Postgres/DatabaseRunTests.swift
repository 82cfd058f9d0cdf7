import Tenancy
import TestSupport
import Testing

@Suite struct DatabaseRunTests {
    @Test func stepsGiveTheirResultsInOrder() async throws {
        let fixture = try DatabaseFixture()
        let results = try await fixture.database.run(
            [
                WorkStep(Statements.insert, [.text("a"), .int(1)]),
                WorkStep(Statements.insert, [.text("b"), .null]),
                WorkStep(Statements.count),
            ], in: DatabaseFixture.writer)
        #expect(results.count == 3)
        #expect(results[1].affectedRowCount == 1)
        let total: Int64 = try results[2].only().value("total")
        #expect(total == 2)
        #expect(try fixture.storedItems() == ["a", "b"])
        await fixture.database.shutdown()
    }

    @Test func roleAndSettingsEndWithTheWork() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let scope = Scope(role: "reader", settings: [("icds.county", "06")])
        let first = try await fixture.database.run([WorkStep(Statements.whoAmI)], in: scope)
        #expect(try first[0].only().value("role") == "reader")
        #expect(try first[0].only().value("county") == "06")

        let second = try await fixture.database.run(
            [WorkStep(Statements.whoAmI)], in: Scope(role: nil))
        #expect(try second[0].only().value("role") == "app_login")
        let county: String? = try second[0].only().optional("county")
        #expect(county ?? "" == "")
        await fixture.database.shutdown()
    }

    /// Plans are kept, and a table that has one row now may have a million before anybody analyzes it.
    @Test func plansUseTheIndexHoweverSmallTheTable() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        _ = try await fixture.database.run(
            [WorkStep(Statements.insert, [.text("a"), .int(1)])], in: DatabaseFixture.writer)
        try fixture.cluster.execute("VACUUM ANALYZE app.item", database: fixture.name)
        let explain = Statement(
            "explain", "EXPLAIN (COSTS OFF) SELECT amount FROM app.item WHERE label = 'a'")
        let results = try await fixture.database.run(
            [WorkStep(explain)], in: DatabaseFixture.reader)
        let plan: [String] = try results[0].rows.map { try $0.value("QUERY PLAN") }
        #expect(plan.first == "Index Scan using item_label_key on item")
        await fixture.database.shutdown()
    }

    @Test func anErrorRollsBackTheWholeWorkAndTheConnectionGoesOn() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let backend = try await fixture.backend()
        await #expect(throws: DatabaseError.self) {
            try await fixture.database.run(
                [
                    WorkStep(Statements.insert, [.text("a"), .int(1)]),
                    WorkStep(Statements.insert, [.text("b"), .int(-1)]),
                ], in: DatabaseFixture.writer)
        }
        #expect(try fixture.storedItems() == [])
        #expect(try await fixture.backend() == backend)
        await fixture.database.shutdown()
    }
}

extension DatabaseFixture {
    /// The process that serves the connection, in a pool of one.
    func backend() async throws -> Int64 {
        let results = try await database.run([WorkStep(Statements.backend)], in: Self.reader)
        return try results[0].only().value("pid")
    }
}
