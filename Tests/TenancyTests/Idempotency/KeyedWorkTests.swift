import TestSupport
import Testing

@testable import Tenancy

/// One effect and one answer for a key, whatever happens in between.
@Suite struct KeyedWorkTests {
    @Test func aSecondCallGetsTheFirstAnswerAndLeavesARowOfItsOwn() async throws {
        let work = try await IdempotencyFixture.make()
        let claim = try work.claim("k1")
        let first = try await work.record(claim)
        let second = try await work.record(claim)
        #expect(!first.isRepeated && second.isRepeated)
        #expect(first.text == second.text)
        #expect(try work.clientCount == 1)
        #expect(try work.auditCount == 2)
    }

    @Test func aPipelineWhoseAnswerIsKnownBeforeIsDoneOnceToo() async throws {
        let work = try await IdempotencyFixture.make()
        let claim = try work.claim("k1")
        var times: [SQLTimestamp] = []
        for _ in 0..<2 {
            switch try await work.recordInOne(claim) {
            case .made(let results):
                #expect(results.count == 1)
                times.append(try results[0].only().value("create_time"))
            case .repeated(let first):
                #expect(first.bytes == Array("answer".utf8))
                times.append(first.time)
            }
        }
        #expect(times.count == 2 && times[0] == times[1], "the key has the moment of the effect")
        #expect(try work.clientCount == 1)
    }

    @Test func anotherRequestOrMethodWithTheKeyIsRefused() async throws {
        let work = try await IdempotencyFixture.make()
        _ = try await work.record(try work.claim("k1"))
        for other in [
            try work.claim("k1", request: "other"), try work.claim("k1", method: "a/b"),
        ] {
            await #expect(throws: IsolationError.idempotencyKeyReused) {
                _ = try await work.record(other)
            }
        }
        #expect(try work.clientCount == 1)
    }

    @Test func keysOfOtherOrganisationsAndTenantsAreOthers() async throws {
        let work = try await IdempotencyFixture.make()
        let other = try await IdempotencyFixture.make()
        let answers = [
            try await work.record(try work.claim("k1")),
            try await work.record(try work.claim("k1", actor: other.tenant.code)),
            try await other.record(try other.claim("k1")),
        ]
        #expect(answers.allSatisfy { !$0.isRepeated })
        #expect(Set(answers.map(\.text)).count == 3)
    }

    @Test func twoAtOnceHaveOneEffect() async throws {
        let work = try await IdempotencyFixture.make()
        for round in 0..<5 {
            let claim = try work.claim("k\(round)")
            let answers = try await withThrowingTaskGroup(of: ChangeOutcome<String>.self) { group in
                for _ in 0..<4 { group.addTask { try await work.record(claim) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { !$0.isRepeated }.count == 1)
            #expect(Set(answers.map(\.text)).count == 1)
            #expect(try work.clientCount == round + 1)
        }
    }

    @Test func whatWasRefusedOrRolledBackLeavesTheKeyFree() async throws {
        struct Refused: Error {}
        let work = try await IdempotencyFixture.make()
        let claim = try work.claim("k1")
        await #expect(throws: Refused.self) {
            _ = try await work.record(claim, failing: Refused())
        }
        #expect(try work.clientCount == 0)
        #expect(try await !work.record(claim).isRepeated)
        #expect(try work.clientCount == 1)
    }

    /// The connection is cut when the commit is kept and its answer is not there yet. The work asks
    /// again by itself, and finds that it was done.
    @Test func anOutcomeThatIsNotKnownIsFoundOutByAskingAgain() async throws {
        let work = try await IdempotencyFixture.make()
        let proxy = try SocketProxy(to: TenancyFixture.cluster)
        defer { proxy.close() }
        let database = try DatabaseFixture.connect(
            proxy.connectionString(user: "icds_api", database: work.fixture.name),
            connectionCountMax: 1)
        let behind = work.over(database)
        _ = try await behind.store.run([], in: work.tenant, audit: work.entry)
        let claim = try work.claim("k1")
        proxy.holdAnswers()
        let call = Task { try await behind.recordInOne(claim) }
        try await eventually("the effect is kept") { try work.clientCount == 1 }
        proxy.cut()
        proxy.releaseAnswers()
        #expect(try await call.value.isRepeated, "the daemon found out by itself")
        // And so does a caller who asks again.
        #expect(try await work.recordInOne(claim).isRepeated)
        #expect(try work.clientCount == 1)
        await database.shutdown()
    }

    /// Asking again fails since the database is gone: that nothing came of the second attempt is not
    /// what became of the first.
    @Test func anOutcomeThatCannotBeFoundOutStaysUnknown() async throws {
        let work = try await IdempotencyFixture.make()
        let proxy = try SocketProxy(to: TenancyFixture.cluster)
        let database = try DatabaseFixture.connect(
            proxy.connectionString(user: "icds_api", database: work.fixture.name),
            connectionCountMax: 1)
        let behind = work.over(database)
        _ = try await behind.store.run([], in: work.tenant, audit: work.entry)
        let claim = try work.claim("k1")
        proxy.holdAnswers()
        let options = WorkOptions(deadline: .now + .seconds(2))
        let call = Task {
            try await kindOfError { _ = try await behind.recordInOne(claim, options: options) }
        }
        try await eventually("the effect is kept") { try work.clientCount == 1 }
        proxy.close()
        #expect(try await call.value == .outcomeUnknown)
        // With the database back, asking again tells.
        #expect(try await work.recordInOne(claim).isRepeated)
        await database.shutdown()
    }

    /// Without a key nobody can tell: the caller is told so, and nothing is done twice.
    @Test func withoutAKeyTheOutcomeStaysUnknown() async throws {
        let work = try await IdempotencyFixture.make()
        let proxy = try SocketProxy(to: TenancyFixture.cluster)
        defer { proxy.close() }
        let database = try DatabaseFixture.connect(
            proxy.connectionString(user: "icds_api", database: work.fixture.name),
            connectionCountMax: 1)
        let behind = work.over(database)
        _ = try await behind.store.run([], in: work.tenant, audit: work.entry)
        proxy.holdAnswers()
        let call = Task { try await kindOfError { _ = try await behind.recordInOne(nil) } }
        try await eventually("the effect is kept") { try work.clientCount == 1 }
        proxy.cut()
        #expect(try await call.value == .outcomeUnknown)
        proxy.releaseAnswers()
        #expect(try work.clientCount == 1)
        await database.shutdown()
    }

    @Test func anExpiredKeyIsFreeAgain() async throws {
        let work = try await IdempotencyFixture.make()
        let claim = try work.claim("k1")
        _ = try await work.record(claim)
        let purge = RetentionPurge(migrator: work.fixture.migrator)
        #expect(try await purge.run(work.tenant).idempotencyKeys == 0)
        try work.fixture.rows(
            "UPDATE {schema}.idempotency SET at = at - interval '8 days'", in: work.tenant)
        #expect(try await purge.run(work.tenant).idempotencyKeys == 1)
        #expect(try await !work.record(claim).isRepeated)
        #expect(try work.clientCount == 2)
    }

    /// No transaction removes more than a thousand rows, and what stands in the way of the keys' removal
    /// keeps no change.
    @Test func whatIsPastItsTimeGoesInBatchesEachKindForItself() async throws {
        let work = try await IdempotencyFixture.make()
        _ = try await work.record(try work.claim("k1"))
        try work.fixture.rows(
            """
            INSERT INTO {schema}.idempotency
                (actor_kind, actor_code, key_digest, method, request_digest, key_generation, at)
            SELECT 'county', '08', decode(md5(n::text) || md5(n::text), 'hex'), 'm',
                decode(md5('') || md5(''), 'hex'), 1, now() - interval '8 days'
            FROM generate_series(1, 2500) AS n;
            UPDATE {schema}.outbox SET at = at - interval '31 days';
            CREATE FUNCTION {schema}.check_batch() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN
                IF (SELECT count(*) FROM gone) > 1000 THEN RAISE EXCEPTION 'too many'; END IF;
                RETURN NULL;
            END $body$;
            CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN RAISE EXCEPTION 'no'; END $body$;
            CREATE TRIGGER check_batch AFTER DELETE ON {schema}.idempotency
            REFERENCING OLD TABLE AS gone
            FOR EACH STATEMENT EXECUTE FUNCTION {schema}.check_batch();
            CREATE TRIGGER refuse BEFORE DELETE ON {schema}.idempotency
            FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
            """, in: work.tenant)
        let purge = RetentionPurge(migrator: work.fixture.migrator)
        await #expect(throws: DatabaseError.self) { try await purge.run(work.tenant) }
        #expect(try work.fixture.rows("SELECT FROM {schema}.outbox", in: work.tenant).isEmpty)
        try work.fixture.rows("DROP TRIGGER refuse ON {schema}.idempotency", in: work.tenant)
        #expect(try await purge.run(work.tenant).idempotencyKeys == 2_500)
    }

    @Test func theDatabaseCanReadNeitherKeyNorAnswer() async throws {
        let work = try await IdempotencyFixture.make()
        let claim = try work.claim("010594Y9032")
        let answer = try await work.record(claim).text
        let row = try work.fixture.rows(
            """
            SELECT i::text, encode(i.answer, 'escape'), encode(i.key_digest, 'escape')
            FROM {schema}.idempotency AS i
            """, in: work.tenant)
        let text = row.flatMap { $0 }.compactMap { $0 }.joined()
        #expect(!text.contains(answer) && !text.contains("010594Y9032"))
    }

    /// A row that somebody put in another's place opens nothing.
    @Test func anAnswerOfAnotherKeyDoesNotOpen() async throws {
        let work = try await IdempotencyFixture.make()
        let one = try work.claim("k1")
        _ = try await work.record(one)
        _ = try await work.record(try work.claim("k2"))
        try work.fixture.rows(
            """
            UPDATE {schema}.idempotency AS i SET answer = o.answer
            FROM {schema}.idempotency AS o WHERE o.key_digest <> i.key_digest
            """, in: work.tenant)
        await #expect(throws: CryptoError.self) { _ = try await work.record(one) }
    }

    @Test(arguments: ["", " ", "a b", "ä", String(repeating: "k", count: 65), "a\n"])
    func whatCannotBeAKeyIsRefused(text: String) async throws {
        let work = try await IdempotencyFixture.make()
        #expect(!IdempotencyClaim.isValid(text))
        #expect(throws: IsolationError.invalidIdempotencyKey) { try work.claim(text) }
    }

    @Test func aKeyAtTheLimitIsTaken() {
        #expect(IdempotencyClaim.isValid(String(repeating: "~", count: 64)))
    }

    @Test func aSchemaOfVersionOneKeepsNone() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try fixture.registeredTenant()
        let old = Provisioner(
            migrator: fixture.migrator, masterKeys: fixture.masterKeys,
            scripts: Array(SchemaScripts.tenant.prefix(1)))
        _ = try await old.provision(tenant)
        try await fixture.registry.activate(tenant.key)
        let work = IdempotencyFixture(
            fixture: fixture, tenant: tenant, keys: try await fixture.keys(tenant),
            store: fixture.tenants)
        await #expect(throws: IsolationError.idempotencyKeysNotKept) {
            _ = try await work.record(try work.claim("k1"))
        }
        _ = try await work.record(nil)
        #expect(try work.clientCount == 1)
    }
}
