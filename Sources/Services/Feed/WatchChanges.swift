import Contract
import Tenancy
import Wire

/// Tells of the changes in a municipality's records for as long as somebody listens, and the time of
/// the call lasts.
///
/// The start leaves a row in the log; the changes themselves have nothing of a person, so that what
/// follows leaves none. The database decides anew with each look whether the municipality is let in.
struct WatchChanges: Sendable {
    /// How a watch passes its time.
    struct Pace: Sendable {
        /// Between two looks where nobody said that there is something.
        var pollInterval: Duration = .seconds(1)
        /// Before the next look at least; where a change waits for an older transaction it doubles with
        /// each look that tells nothing, up to the above.
        var impatience: Duration = .milliseconds(10)
        /// After so long without a change an answer without one says that the watch goes on.
        var heartbeatInterval: Duration = .seconds(15)
        /// So long before its deadline a watch ends well.
        var reserve: Duration = .milliseconds(500)
        /// A look that takes longer ends the watch.
        var lookTimeLimit: Duration = .seconds(10)
    }

    /// Changes in one answer.
    static let batchMax = 100

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: WatchChangesRequest, _ responses: ResponseWriter<WatchChangesResponse>,
        _ call: TenantCall
    ) async throws {
        let start = try await environment.tenantWork.perform(call, about: .none) {
            var violations = FieldViolations()
            AccessValidation.check(request.access, &violations)
            if request.fromBeginning, !request.cursor.isEmpty {
                violations.add("from_beginning", .disagrees, "Not with a cursor.")
            }
            try violations.refuseIfAny()
            guard environment.watchers.enter(call.tenant) else {
                throw RefusedWork(FeedRefusals.tooManyWatchers)
            }
            do {
                return try await environment.feed.start(
                    Self.start(request), in: call.tenant, audit: call.entry(.none),
                    deadline: call.context.deadline)
            } catch {
                environment.watchers.leave(call.tenant)
                guard let error = error as? FeedError else { throw error }
                throw RefusedWork(FeedRefusals.status(of: error))
            }
        }
        defer { environment.watchers.leave(call.tenant) }
        try await responses.send(.with { $0.cursor = try start.text() })
        do {
            try await watch(from: start, responses, call)
        } catch let error as FeedError {
            throw FeedRefusals.status(of: error)
        }
    }

    private static func start(_ request: WatchChangesRequest) -> ChangeFeed.Start {
        if !request.cursor.isEmpty { return .cursor(request.cursor) }
        return request.fromBeginning ? .beginning : .now
    }

    private func watch(
        from start: FeedCursor, _ responses: ResponseWriter<WatchChangesResponse>,
        _ call: TenantCall
    ) async throws {
        let pace = environment.watchPace
        let clock = ContinuousClock()
        let end = call.context.deadline.map { $0 - pace.reserve }
        var cursor = start
        var lastAnswer = clock.now
        var rhythm = WatchRhythm(pace)
        while true {
            try Task.checkCancellation()
            if environment.isDraining() { throw FeedRefusals.draining }
            if let end, clock.now >= end { return }
            let seen = environment.changeSignal.count(call.tenant)
            let page = try await look(behind: cursor.position, call)
            if let last = page.events.last {
                cursor = FeedCursor(feedID: cursor.feedID, position: last.position)
            }
            if !page.events.isEmpty || clock.now - lastAnswer >= pace.heartbeatInterval {
                try await responses.send(
                    .with {
                        $0.changes = page.events.map { Change($0) }
                        $0.cursor = try cursor.text()
                    })
                lastAnswer = clock.now
            }
            if page.events.count == Self.batchMax { continue }
            try await rest(rhythm.rest(after: page), until: end, seen, call.tenant)
        }
    }

    /// - Parameter seen: changes that had been signalled before the look.
    private func rest(
        _ rest: WatchRhythm.Rest, until end: ContinuousClock.Instant?, _ seen: UInt64,
        _ tenant: TenantSchema
    ) async throws {
        func bounded(_ duration: Duration) -> Duration {
            end.map { min(duration, max(.zero, $0 - .now)) } ?? duration
        }
        try await Task.sleep(for: bounded(rest.deaf))
        guard rest.listening > .zero else { return }
        await environment.changeSignal.wait(
            for: tenant, after: seen, atMost: bounded(rest.listening))
    }

    private func look(
        behind position: FeedPosition, _ call: TenantCall
    ) async throws -> ChangeFeed.Page {
        try await StatusMapping.mapping {
            try await environment.feed.read(
                after: position, in: call.tenant, countMax: Self.batchMax,
                deadline: .now + environment.watchPace.lookTimeLimit)
        }
    }
}

extension Change {
    init(_ event: ChangeFeed.Event) {
        self.init()
        kind = ChangeKind(rawValue: Int32(clamping: event.kind))
        clientID = event.clientID
        assessmentID = event.assessmentID ?? ""
        etag = event.version.map(Etag.text) ?? ""
        time = Timestamp(event.time)
    }
}
