import Contract
import TestSupport
import Testing
import Wire

@testable import Services

/// A disk that is full, through the services: PostgreSQL itself is refused the space (53100), here
/// by a limit on the size of each of its files.
@Suite struct FullDiskTests {
    private let tampere = ServiceFixture.tampere

    /// A server over a cluster whose files end at two megabytes. Nothing gives space back but the
    /// test: when autovacuum would, nobody can say.
    private func start() async throws -> ServiceServer {
        let cluster = TestCluster.make(
            .init(fileBytesMax: 2 << 20, settings: ["autovacuum=off"]))
        return try await ServiceServer.start(try await ServiceFixture.make(cluster: cluster))
    }

    private func count(_ sql: String, _ fixture: ServiceFixture) throws -> Int {
        Int(try fixture.rows(sql).first?.first.flatMap { $0 } ?? "") ?? -1
    }

    /// A client of some kilobytes that do not compress well.
    private func largeClient() -> Client {
        var client = ServiceExamples.client()
        var generator = SystemRandomNumberGenerator()
        let letters = Array("abcdefghijklmnopqrstuvwxyzåäöABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ")
        client.health?.summary = String(
            (0..<3_500).map { _ in letters.randomElement(using: &generator) ?? "a" })
        return client
    }

    /// Records clients until one is refused, and gives how many were recorded.
    private func fill(by caller: ServiceCaller) async throws -> (ids: [String], RPCStatus?) {
        var ids: [String] = []
        while ids.count < 5_000 {
            do {
                ids.append(try await caller.create(largeClient()).clientID)
            } catch let status as RPCStatus {
                return (ids, status)
            }
        }
        return (ids, nil)
    }

    @Test func whatDoesNotFitIsRefusedWholeAndTheRestGoesOn() async throws {
        let server = try await start()
        let fixture = server.fixture
        let caller = try await server.caller(.municipality, tampere)
        let (ids, refusal) = try await fill(by: caller)
        #expect(refusal?.code == .resourceExhausted && refusal?.reason == "STORAGE_FULL")
        #expect(refusal?.retryAfterMilliseconds != nil)
        #expect(refusal?.message.contains("m837") == false)

        // As many clients as were answered, each with its sources, and as many rows of the log.
        let clients = "SELECT count(*) FROM m837.client"
        let created = """
            SELECT count(*) FROM m837.audit a JOIN m837.client USING (client_id)
            WHERE method LIKE '%/CreateClient' AND outcome = 1
            """
        #expect(try count(clients, fixture) == ids.count)
        #expect(try count(created, fixture) == ids.count)
        #expect(try count("SELECT count(*) FROM m837.audit", fixture) == ids.count)

        // What is there is read, since its rows of the log have room; others' files are not full.
        let last = try #require(ids.last)
        let read = try await caller.get(last)
        #expect(read.clientID == last)
        let sources = try count("SELECT count(*) FROM m837.client_source", fixture)
        #expect(sources == ids.count * read.sources.count)
        #expect(try await caller.accesses(to: last).count == 2)
        _ = try await server.caller(.municipality, ServiceFixture.oulu).create(largeClient())
        let again = try await status { _ = try await caller.create(largeClient()) }
        #expect(again?.reason == "STORAGE_FULL")
        #expect(try count(clients, fixture) == ids.count)

        // With space again, so is the service.
        for table in ["client_source", "client"] {
            _ = try fixture.rows("DELETE FROM m837.\(table) WHERE client_id <> '\(last)'")
            _ = try fixture.rows("VACUUM m837.\(table)")
        }
        let new = try await caller.create(largeClient())
        #expect(try await caller.get(new.clientID) == new)
        #expect(try await caller.get(last) == read)
    }

    /// No row, no answer: where the log has no room, nothing is read.
    @Test func nothingIsReadWhereTheLogIsFull() async throws {
        let server = try await start()
        let fixture = server.fixture
        let caller = try await server.caller(.municipality, tampere)
        let client = try await caller.create()
        let rows = try count("SELECT count(*) FROM m837.audit", fixture)
        // Rolled back for want of space, it leaves a file that is full of dead rows.
        #expect(throws: (any Error).self) {
            try fixture.rows(
                """
                INSERT INTO m837.audit (actor_kind, actor_code, actor_system, method, outcome,
                    purpose, personal, client_count, call_reference)
                SELECT 'municipality', '837', 'casework', 'filling', 1, 0,
                    decode(repeat('00', 40), 'hex'), 0, 'x'
                FROM generate_series(1, 100000)
                """)
        }
        let refusal = try await refusalOfReading(client, by: caller)
        #expect(refusal?.code == .resourceExhausted && refusal?.reason == "STORAGE_FULL")
        let foreign = try await status {
            _ = try await server.caller(.municipality, ServiceFixture.oulu).clients.getClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.municipalityCode = tampere
                    $0.clientID = client.clientID
                })
        }
        #expect(foreign?.code == .unavailable && foreign?.reason == "AUDIT_UNAVAILABLE")

        _ = try fixture.rows("VACUUM m837.audit")
        let kept = try count("SELECT count(*) FROM m837.audit", fixture)
        #expect(try await caller.get(client.clientID) == client)
        #expect(try count("SELECT count(*) FROM m837.audit", fixture) == kept + 1)
        #expect(kept >= rows)
    }

    /// Reads until there is no room for the row: the last page of the file may still have some.
    private func refusalOfReading(
        _ client: Client, by caller: ServiceCaller
    ) async throws -> RPCStatus? {
        for _ in 0..<100 {
            let refusal = try await status { _ = try await caller.get(client.clientID) }
            if let refusal { return refusal }
        }
        return nil
    }
}
