import Tenancy
import TestSupport
import Testing

@Suite struct NotificationTests {
    private static let channel = NotificationChannel("news")

    private func notify(_ fixture: DatabaseFixture, _ payload: String, _ channel: String = "news")
        throws
    {
        try fixture.cluster.execute(
            "SELECT pg_notify('\(channel)', '\(payload)')", database: fixture.name)
    }

    private func listeners(_ fixture: DatabaseFixture) throws -> Int {
        try fixture.cluster.execute(
            """
            SELECT pid FROM pg_stat_activity
            WHERE datname = '\(fixture.name)' AND query LIKE '%LISTEN%'
                AND pid <> pg_backend_pid()
            """
        ).count
    }

    @Test func whatIsNotifiedComesInItsOrder() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        var news = fixture.database.notifications(on: Self.channel).makeAsyncIterator()
        #expect(await news.next() == .mayHaveMissed)
        try notify(fixture, "other", "elsewhere")
        for payload in ["a", "b", ""] { try notify(fixture, payload) }
        for payload in ["a", "b", ""] {
            #expect(await news.next() == .notified(payload: payload))
        }
        #expect(fixture.database.statistics.notifications == 3)
        #expect(try await fixture.backend() > 0, "the pool has its connection to itself")
        await fixture.database.shutdown()
        #expect(await news.next() == nil)
    }

    @Test func aLostConnectionIsMadeAgainAndSaysSo() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        var news = fixture.database.notifications(on: Self.channel).makeAsyncIterator()
        #expect(await news.next() == .mayHaveMissed)
        try fixture.cluster.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = '\(fixture.name)' AND query LIKE 'LISTEN%'
            """)
        #expect(await news.next() == .mayHaveMissed)
        try notify(fixture, "again")
        #expect(await news.next() == .notified(payload: "again"))
        await fixture.database.shutdown()
    }

    @Test func theConnectionGoesWithTheLastListener() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let task = Task {
            for await _ in fixture.database.notifications(on: Self.channel) {}
        }
        try await eventually("listens") { try listeners(fixture) == 1 }
        task.cancel()
        await task.value
        try await eventually("nobody listens") { try listeners(fixture) == 0 }
        await fixture.database.shutdown()
    }

    @Test func aSlowReaderIsToldThatSomethingWasMissed() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let stream = fixture.database.notifications(on: Self.channel)
        var news = stream.makeAsyncIterator()
        #expect(await news.next() == .mayHaveMissed)
        try fixture.cluster.execute(
            "SELECT pg_notify('news', n::text) FROM generate_series(1, 200) AS n",
            database: fixture.name)
        try await eventually("all have come") {
            fixture.database.statistics.notifications == 200
        }
        var heard: [DatabaseNotification] = []
        for _ in 0..<64 { heard.append(await news.next() ?? .mayHaveMissed) }
        #expect(heard.contains(.mayHaveMissed))
        #expect(heard.last == .mayHaveMissed, "nothing that it can still do comes too early")
        await fixture.database.shutdown()
    }
}
