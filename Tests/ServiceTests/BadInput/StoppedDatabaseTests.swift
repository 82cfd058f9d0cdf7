import Contract
import TestSupport
import Testing
import Wire

@testable import Services

/// PostgreSQL stops, in the worst moment and altogether; and a call's time runs out inside it.
@Suite struct StoppedDatabaseTests {
    /// Makes the insertion of a client wait inside PostgreSQL: at once, or not before the commit.
    private func hold(_ code: String, atCommit: Bool, _ fixture: ServiceFixture) throws {
        let table = "m\(code).client"
        let trigger =
            atCommit
            ? "CONSTRAINT TRIGGER hold AFTER INSERT ON \(table) DEFERRABLE INITIALLY DEFERRED"
            : "TRIGGER hold BEFORE INSERT ON \(table)"
        _ = try fixture.rows(
            """
            CREATE FUNCTION m\(code).hold() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
            GRANT EXECUTE ON FUNCTION m\(code).hold TO PUBLIC;
            CREATE \(trigger) FOR EACH ROW EXECUTE FUNCTION m\(code).hold()
            """)
    }

    private func rows(_ code: String, _ fixture: ServiceFixture) throws -> [[String?]] {
        try fixture.rows(
            "SELECT (SELECT count(*) FROM m\(code).client), (SELECT count(*) FROM m\(code).audit)")
    }

    /// PostgreSQL itself looks until some session sleeps in the trigger.
    private func waitUntilHeld(_ fixture: ServiceFixture) throws {
        _ = try fixture.rows(
            """
            DO $$ BEGIN
                WHILE NOT EXISTS (SELECT FROM pg_stat_activity
                    WHERE wait_event = 'PgSleep' AND pid <> pg_backend_pid()) LOOP
                    PERFORM pg_sleep(0.005);
                    PERFORM pg_stat_clear_snapshot();
                END LOOP;
            END $$
            """)
    }

    @Test func anAnswerThatIsLostAtTheCommitIsUnknownAndTheServiceComesBack() async throws {
        let cluster = TestCluster.make()
        let server = try await ServiceServer.start(try await ServiceFixture.make(cluster: cluster))
        let fixture = server.fixture
        let code = ServiceFixture.tampere
        let caller = try await server.caller(.municipality, code)
        let client = try await caller.create()
        #expect(try rows(code, fixture) == [["1", "1"]])

        try hold(code, atCommit: true, fixture)
        let creation = Task { try await status { _ = try await caller.create() } }
        try waitUntilHeld(fixture)
        try cluster.stop(immediately: true)
        let unknown = try await creation.value
        #expect(unknown?.code == .unknown && unknown?.reason == "OUTCOME_UNKNOWN")
        // It cannot be said when it would be safe to try again: the caller has to look first.
        #expect(unknown?.retryAfterMilliseconds == nil)

        for attempt in ["read", "write"] {
            let refusal = try await status {
                _ = try await attempt == "read" ? caller.get(client.clientID) : caller.create()
            }
            #expect(refusal?.code == .unavailable, "\(attempt)")
            #expect(refusal?.reason == "DATABASE_UNAVAILABLE", "\(attempt)")
            #expect(refusal?.retryAfterMilliseconds != nil, "\(attempt)")
        }

        try cluster.start()
        _ = try fixture.rows("DROP TRIGGER hold ON m\(code).client")
        #expect(try rows(code, fixture) == [["1", "1"]], "neither the client nor its row")
        // Each attempt waits for a connection for a second.
        var read: Client?
        for _ in 0..<60 where read == nil {
            let refusal = try await status { read = try await caller.get(client.clientID) }
            if let refusal { try #require(refusal.reason == "DATABASE_UNAVAILABLE") }
        }
        #expect(read == client)
        _ = try await caller.create()
        #expect(try rows(code, fixture) == [["2", "3"]])
    }

    @Test func aDeadlineThatPassesInsideTheDatabaseLeavesNothing() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let caller = fixture.municipality(code)
        try hold(code, atCommit: false, fixture)
        let late = try await status {
            _ = try await caller.clients.createClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.client = ServiceExamples.client()
                }, options: CallOptions(timeout: .milliseconds(100)))
        }
        #expect(late?.code == .deadlineExceeded && late?.reason == "DEADLINE_EXCEEDED")
        // It waits until the transaction that was cut is over.
        _ = try fixture.rows("DROP TRIGGER hold ON m\(code).client")
        #expect(try rows(code, fixture) == [["0", "0"]])
        _ = try await caller.create()
        #expect(try rows(code, fixture) == [["1", "1"]])
    }
}
