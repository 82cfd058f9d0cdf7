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

extension TransactionTests {
    @Test func aSwallowedErrorStillRollsBackAndComesOutAtTheEnd() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let kind = try await kindOfError {
            try await fixture.database.transaction(in: DatabaseFixture.writer) { transaction in
                _ = try await transaction.run(Statements.insert, [.text("a"), .int(1)])
                _ = try? await transaction.run(Statements.insert, [.text("b"), .int(-1)])
                _ = try? await transaction.run(Statements.count)
            }
        }
        #expect(kind == .checkViolation(constraint: "item_amount_check"))
        #expect(try fixture.storedItems() == [])
        #expect(try await fixture.backend() > 0)
        await fixture.database.shutdown()
    }

    @Test func aRepeatableReadSeesOneSnapshot() async throws {
        let fixture = try DatabaseFixture()
        let options = WorkOptions(isolation: .repeatableRead, readOnly: true)
        let counts = try await fixture.database.transaction(
            in: DatabaseFixture.reader, options: options
        ) { transaction in
            let before: Int = try await transaction.run(Statements.count).only().value("total")
            try fixture.cluster.execute(
                "INSERT INTO app.item (label) VALUES ('a')", database: fixture.name)
            let after: Int = try await transaction.run(Statements.count).only().value("total")
            return [before, after]
        }
        #expect(counts == [0, 0])
        let run = try await fixture.database.run(
            [WorkStep(Statements.count)], in: DatabaseFixture.reader, options: options)
        #expect(try run[0].only().value("total") == 1)
        await fixture.database.shutdown()
    }

    @Test func aTransactionThatRunsNothingTakesNoConnection() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let value = try await fixture.database.transaction(in: DatabaseFixture.reader) { _ in 7 }
        #expect(value == 7)
        await fixture.database.shutdown()
    }

    @Test func aStatementThatIsNotKeptPreparedRunsToo() async throws {
        let fixture = try DatabaseFixture()
        let create = Statement(
            "ddl", "CREATE SCHEMA {schema} AUTHORIZATION {sharing_role}", prepared: false)
        try fixture.cluster.execute(
            """
            DO $$ BEGIN
                PERFORM pg_advisory_xact_lock(2);
                IF to_regrole('m999_sharing') IS NULL THEN CREATE ROLE m999_sharing; END IF;
            END $$
            """)
        let admin = try DatabaseFixture.connect(
            fixture.cluster.adminConnectionString(database: fixture.name))
        let scope = Scope(role: nil, schema: TenantSchema(municipalityCode: "999"))
        _ = try await admin.run([WorkStep(create)], in: scope)
        let owner = try fixture.cluster.execute(
            "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'm999'",
            database: fixture.name)
        #expect(owner == [["m999_sharing"]])
        await admin.shutdown()
        await fixture.database.shutdown()
    }
}
