import Tenancy
import TestSupport
import Testing

@Suite struct DatabaseErrorTests {
    private func kind(
        _ fixture: DatabaseFixture, _ steps: [WorkStep], _ scope: Scope = DatabaseFixture.writer,
        _ options: WorkOptions = WorkOptions()
    ) async -> DatabaseError.Kind? {
        do {
            _ = try await fixture.database.run(steps, in: scope, options: options)
            return nil
        } catch {
            return error.kind
        }
    }

    @Test func violationsNameTheirConstraint() async throws {
        let fixture = try DatabaseFixture()
        let insert = WorkStep(Statements.insert, [.text("a"), .int(1)])
        #expect(await kind(fixture, [insert]) == nil)
        #expect(await kind(fixture, [insert]) == .uniqueViolation(constraint: "item_label_key"))
        let negative = WorkStep(Statements.insert, [.text("b"), .int(-1)])
        #expect(
            await kind(fixture, [negative]) == .checkViolation(constraint: "item_amount_check"))
        await fixture.database.shutdown()
    }

    @Test func aConstraintThatIsCheckedAtTheCommitFailsTheWork() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let orphan = WorkStep(Statements.insertChild, [.text("b"), .int(99)])
        #expect(await kind(fixture, [orphan]) == .foreignKeyViolation)
        #expect(try fixture.storedItems() == [])
        let error = await #expect(throws: DatabaseError.self) {
            try await fixture.database.transaction(in: DatabaseFixture.writer) { transaction in
                _ = try await transaction.run(Statements.insertChild, [.text("b"), .int(99)])
            }
        }
        #expect(error?.kind == .foreignKeyViolation)
        #expect(await kind(fixture, [WorkStep(Statements.count)]) == nil)
        await fixture.database.shutdown()
    }

    @Test func rightsAndReadOnlyWorkAreEnforcedByTheDatabase() async throws {
        let fixture = try DatabaseFixture()
        let insert = [WorkStep(Statements.insert, [.text("a"), .int(1)])]
        #expect(await kind(fixture, insert, DatabaseFixture.reader) == .insufficientPrivilege)
        #expect(await kind(fixture, insert, Scope(role: nil)) == .insufficientPrivilege)
        #expect(await kind(fixture, insert, Scope(role: "postgres")) == .insufficientPrivilege)
        for isolation in [WorkOptions.Isolation.readCommitted, .repeatableRead] {
            let options = WorkOptions(isolation: isolation, readOnly: true)
            #expect(await kind(fixture, insert, DatabaseFixture.writer, options) == .readOnly)
        }
        #expect(try fixture.storedItems() == [])
        await fixture.database.shutdown()
    }

    @Test func whatCannotBeSentIsRefusedBefore() async throws {
        let fixture = try DatabaseFixture()
        let nul = WorkStep(Statements.insert, [.text("a\0b"), .int(1)])
        #expect(await kind(fixture, [nul]) == .statement(sqlState: "22021"))
        #expect(
            await kind(fixture, [nul], Scope(role: "none")) == .statement(sqlState: "22023"))
        let homeless = WorkStep(Statement("homeless", "SELECT 1 FROM {schema}.t"))
        #expect(await kind(fixture, [homeless]) == .statement(sqlState: "3F000"))
        var limits = DatabaseLimits.standard
        limits.stepsMax = 2
        let small = try DatabaseFixture.connect(
            fixture.cluster.connectionString(user: "app_login", database: fixture.name),
            limits: limits)
        let step = WorkStep(Statements.count)
        #expect(try await small.run([step, step], in: DatabaseFixture.reader).count == 2)
        await #expect(throws: DatabaseError.self) {
            try await small.run([step, step, step], in: DatabaseFixture.reader)
        }
        await small.shutdown()
        await fixture.database.shutdown()
    }

    @Test func messagesDoNotQuoteData() async throws {
        let fixture = try DatabaseFixture()
        let secret = "Hilkka-Orvokki"
        let bad = WorkStep(Statement("cast", "SELECT $1::text::uuid"), [.text(secret)])
        let error = await #expect(throws: DatabaseError.self) {
            try await fixture.database.run([bad], in: DatabaseFixture.reader)
        }
        #expect(error?.sqlState == "22P02")
        #expect(error.map { "\($0)".contains(secret) } == false)
        await fixture.database.shutdown()
    }

    @Test func timeoutsOfLocksAndStandbysSayWhatTheyAre() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        func raise(_ sqlState: String) -> WorkStep {
            let sql = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '\(sqlState)'; END $$"
            return WorkStep(Statement(name: "raise", trusted: sql, prepared: false))
        }
        let expected: [(String, DatabaseError.Kind)] = [
            ("40001", .serialization), ("40P01", .serialization), ("53200", .unavailable),
            ("53300", .unavailable), ("53400", .unavailable), ("53100", .diskFull),
            ("55P03", .locked), ("57014", .deadlineExceeded), ("57P05", .unavailable),
            ("57P01", .unavailable), ("58030", .unavailable), ("08006", .unavailable),
            ("25006", .readOnly), ("25P03", .unavailable), ("XX001", .dataCorrupted),
            ("22012", .statement(sqlState: "22012")), ("55000", .statement(sqlState: "55000")),
        ]
        for (sqlState, found) in expected {
            #expect(await kind(fixture, [raise(sqlState)]) == found, "\(sqlState)")
        }
        let later = WorkOptions(deadline: .now + .seconds(60))
        #expect(
            await kind(fixture, [raise("57014")], DatabaseFixture.writer, later) == .unavailable,
            "cancelled by somebody else")
        await fixture.database.shutdown()
    }

    @Test func aServerThatTakesNoChangesIsLeft() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let before = try await fixture.backend()
        let sql = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '25006'; END $$"
        let step = WorkStep(Statement(name: "raise", trusted: sql, prepared: false))
        #expect(await kind(fixture, [step]) == .readOnly)
        #expect(try await fixture.backend() != before)
        await fixture.database.shutdown()
    }

    @Test func aFullDiskIsToldAndNothingIsKept() async throws {
        let cluster = TestCluster.make(.init(fileBytesMax: 12 << 20))
        let fixture = try DatabaseFixture(cluster: cluster, connectionCountMax: 1)
        let fill = Statement(
            "fill",
            """
            INSERT INTO app.item (label)
            SELECT n || (SELECT string_agg(md5(n || '-' || k), '') FROM generate_series(1, 60) AS k)
            FROM generate_series(1, 12000) AS n
            """)
        #expect(await kind(fixture, [WorkStep(fill)]) == .diskFull)
        #expect(try fixture.storedItems() == [])
        #expect(
            await kind(fixture, [WorkStep(Statements.insert, [.text("a"), .int(1)])]) == nil)
        await fixture.database.shutdown()
        try cluster.stop()
    }
}
