import Contract
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Services
@testable import Tenancy

/// The feed as a municipality's system sees it, over a real server.
@Suite struct WatchChangesTests {
    private func caller() async throws -> ServiceCaller {
        let server = try await ServiceServer.shared()
        let code = try await server.fixture.activeMunicipality()
        return try await server.caller(.municipality, code)
    }

    private func watch(
        _ caller: ServiceCaller, cursor: String = "", fromBeginning: Bool = false,
        timeout: Duration = .seconds(60)
    ) async throws -> ResponseStream<WatchChangesResponse> {
        try await caller.clients.watchChanges(
            .with {
                $0.access = ServiceExamples.access()
                $0.cursor = cursor
                $0.fromBeginning = fromBeginning
            }, options: CallOptions(timeout: timeout))
    }

    @Test func changesComeAsTheyAreMadeAndAnotherWatchGoesOn() async throws {
        let caller = try await caller()
        var answers = try await watch(caller).makeAsyncIterator()
        var cursor = try #require(try await answers.next()).cursor
        var seen: [Change] = []
        let client = try await caller.create()
        while seen.isEmpty {
            let answer = try #require(try await answers.next())
            seen += answer.changes
            cursor = answer.cursor
        }
        #expect(seen.map(\.kind) == [.clientCreated])
        #expect(seen.first?.clientID == client.clientID)
        #expect(seen.first?.etag == client.etag)
        #expect(seen.first?.time == client.createTime)
        _ = try await caller.assessments.startAssessment(
            .with {
                $0.access = ServiceExamples.access()
                $0.clientID = client.clientID
                $0.trigger = .request
            })
        var again = try await watch(caller, cursor: cursor).makeAsyncIterator()
        #expect(try await again.next()?.changes.isEmpty == true)
        let next = try #require(try await again.next())
        #expect(next.changes.map(\.kind) == [.assessmentStarted])
        #expect(next.changes.first?.assessmentID.isEmpty == false)
        // Both starts are in the log, and nothing else of the feed is.
        let rows = try await caller.accesses().filter { $0.method.hasSuffix("WatchChanges") }
        #expect(rows.count == 2)
    }

    @Test func aWatchEndsWellBeforeItsDeadline() async throws {
        let caller = try await caller()
        _ = try await caller.create()
        var kinds: [ChangeKind] = []
        for try await answer in try await watch(
            caller, fromBeginning: true, timeout: .milliseconds(1_500))
        {
            kinds += answer.changes.map(\.kind)
        }
        #expect(kinds == [.clientCreated])
    }

    @Test func wrongCursorsAreRefusedAndRecorded() async throws {
        let caller = try await caller()
        let malformed = try await status {
            for try await _ in try await watch(caller, cursor: "x") {}
        }
        #expect(malformed?.violationSummary == ["cursor FORMAT"])
        let foreign = try await self.caller()
        var answers = try await watch(foreign).makeAsyncIterator()
        let cursor = try #require(try await answers.next()).cursor
        let unknown = try await status {
            for try await _ in try await watch(caller, cursor: cursor) {}
        }
        #expect(unknown?.code == .outOfRange && unknown?.reason == "CURSOR_UNKNOWN")
        let both = try await status {
            for try await _ in try await watch(caller, cursor: cursor, fromBeginning: true) {}
        }
        #expect(both?.violationSummary == ["from_beginning DISAGREES"])
        let code = caller.peer.code
        #expect(
            try caller.fixture.rows("SELECT FROM m\(code).audit WHERE outcome = 2").count == 3)
    }

    @Test func aSuspendedMunicipalitysWatchEnds() async throws {
        let caller = try await caller()
        var answers = try await watch(caller).makeAsyncIterator()
        _ = try await answers.next()
        let key = OrganisationKey(kind: .municipality, code: caller.peer.code)
        try await caller.fixture.registry.suspend(key)
        let ended = try await status { while try await answers.next() != nil {} }
        #expect(ended?.reason == "TENANT_UNAVAILABLE")
    }

    /// A transaction that stays open holds every feed back. However many changes come meanwhile, those who
    /// watch neither look for each nor miss any afterwards.
    @Test func aTransactionThatStaysOpenHoldsChangesBackAndLosesNone() async throws {
        let caller = try await caller()
        var answers = try await watch(caller).makeAsyncIterator()
        _ = try await answers.next()
        let open = Statement(name: "test", trusted: "SELECT pg_current_xact_id()", prepared: false)
        let made = try await caller.fixture.databases.migrator.transaction(
            in: Scope(role: "icds_owner")
        ) { holder in
            _ = try await holder.run(open)
            var made: [String] = []
            for _ in 0..<100 { made.append(try await caller.create().clientID) }
            return made
        }
        var told: [String] = []
        while told.count < made.count {
            told += try #require(try await answers.next()).changes.map(\.clientID)
        }
        #expect(told == made)
    }

    @Test func looksAreBoundedHoweverLongChangesWait() throws {
        var rhythm = WatchRhythm(WatchChanges.Pace())
        let waiting = ChangeFeed.Page(events: [], isMoreToCome: true)
        let rests = (0..<1_000).map { _ in rhythm.rest(after: waiting) }
        #expect(rests.map(\.deaf).max() == .seconds(1))
        #expect(rests.prefix(3).map(\.deaf) == [10, 20, 40].map { .milliseconds($0) })
        #expect(rests.allSatisfy { $0.listening == .zero })
        // What is told, or nothing at all, makes it as eager as before; never more so.
        let idle = rhythm.rest(after: ChangeFeed.Page(events: [], isMoreToCome: false))
        #expect(idle == .init(deaf: .milliseconds(10), listening: .milliseconds(990)))
        #expect(rhythm.rest(after: waiting).deaf == .milliseconds(10))
    }

    @Test func aWatchTooManyIsRefusedAndRecordedAsSuch() async throws {
        let caller = try await caller()
        var open: [ResponseStream<WatchChangesResponse>.AsyncIterator] = []
        for _ in 0..<ChangeWatchers.Limits().perTenantMax {
            var answers = try await watch(caller).makeAsyncIterator()
            _ = try await answers.next()
            open.append(answers)
        }
        let refused = try await status { for try await _ in try await watch(caller) {} }
        #expect(refused?.code == .resourceExhausted && refused?.reason == "TOO_MANY_WATCHERS")
        let rows = try caller.fixture.rows(
            "SELECT outcome, count(*) FROM m\(caller.peer.code).audit GROUP BY 1 ORDER BY 1")
        #expect(rows == [["1", "16"], ["2", "1"]])
        withExtendedLifetime(open) {}
    }

    @Test func watchersAreCounted() throws {
        let watchers = ChangeWatchers(limits: .init(perTenantMax: 2, max: 3))
        let one = try #require(TenantSchema(municipalityCode: "837"))
        let other = try #require(TenantSchema(municipalityCode: "564"))
        #expect(watchers.enter(one) && watchers.enter(one) && !watchers.enter(one))
        #expect(watchers.enter(other) && !watchers.enter(other))
        watchers.leave(one)
        #expect(watchers.enter(other))
        #expect(watchers.count == 3)
    }
}
