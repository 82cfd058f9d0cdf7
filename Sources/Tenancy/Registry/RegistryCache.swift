public import Logging
internal import Synchronization

/// The current `RegistrySnapshot`: read again after each change of our own, when the database notifies of
/// a change of others, and, in case a notification was lost, whenever the registry's change counter is
/// found to differ, about once a second. After a failover it is read from the new server, whatever that
/// one's counter says: it need not have every change that the last one had.
///
/// Where the registry cannot be read, the last snapshot serves up to a limit; after that nothing is
/// answered from it, so that a revoked system is not let in for as long as the database is away.
public final class RegistryCache: Sendable {
    public struct Settings: Sendable {
        /// How often the change counter is read.
        public var pollInterval: Duration = .seconds(1)
        /// How old the last successful reading may be; over it, `current` throws.
        public var staleAfter: Duration = .seconds(30)
        /// Versions of tenants' schemas that are served.
        public var servedVersions = TenantVersions.served

        public init() {}
    }

    /// Time as the cache sees it; tests bring their own.
    public struct Time: Sendable {
        /// Time since a fixed moment; never goes back.
        public var now: @Sendable () -> Duration
        public var sleep: @Sendable (Duration) async throws -> Void

        public init(
            now: @escaping @Sendable () -> Duration,
            sleep: @escaping @Sendable (Duration) async throws -> Void
        ) {
            self.now = now
            self.sleep = sleep
        }

        public static let system: Time = {
            let clock = ContinuousClock()
            let start = clock.now
            return Time(
                now: { start.duration(to: clock.now) },
                sleep: { try await Task.sleep(for: $0, clock: clock) })
        }()
    }

    private struct State {
        var snapshot: RegistrySnapshot?
        /// The pool's primary that it was read from.
        var primary: Int64 = 0
        /// When a reading that succeeded began.
        var confirmed: Duration = .zero
    }

    private let database: Database
    private let settings: Settings
    private let time: Time
    private let logger: Logger
    private let primary: @Sendable () -> Int64
    private let onChange: @Sendable (RegistrySnapshot) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - database: connections of `icds_api`.
    ///   - onChange: called with each new snapshot; the daemon disconnects peers that it no longer
    ///     admits.
    public convenience init(
        database: Database, settings: Settings = Settings(), time: Time = .system, logger: Logger,
        onChange: @escaping @Sendable (RegistrySnapshot) -> Void = { _ in }
    ) {
        self.init(
            database: database, settings: settings, time: time, logger: logger,
            primary: { database.primaryNumber }, onChange: onChange)
    }

    /// - Parameter primary: another number, a higher one, after each change of the server that the pool
    ///   works on.
    init(
        database: Database, settings: Settings = Settings(), time: Time = .system, logger: Logger,
        primary: @escaping @Sendable () -> Int64,
        onChange: @escaping @Sendable (RegistrySnapshot) -> Void = { _ in }
    ) {
        self.database = database
        self.settings = settings
        self.time = time
        self.logger = logger
        self.primary = primary
        self.onChange = onChange
    }

    /// The snapshot; in memory, for the event loop.
    ///
    /// - Throws: `RegistryError.stale` where there is none, or it is too old to go by.
    public func current() throws(RegistryError) -> RegistrySnapshot {
        let now = time.now()
        let snapshot = state.withLock { state in
            now - state.confirmed <= settings.staleAfter ? state.snapshot : nil
        }
        guard let snapshot else { throw .stale }
        return snapshot
    }

    /// The change counter of the snapshot in memory; 0 where there is none.
    public var version: Int64 { state.withLock { $0.snapshot?.version ?? 0 } }

    /// Time since the registry was last known to be as in memory; nil where it was never read.
    public var age: Duration? {
        let now = time.now()
        return state.withLock { $0.snapshot == nil ? nil : now - $0.confirmed }
    }

    /// Reads the whole registry now. After a change of our own this is what makes it count at once.
    public func reload() async throws {
        let (began, server) = (time.now(), primary())
        let snapshot = try await RegistrySnapshot.read(
            from: database, servedVersions: settings.servedVersions)
        var isBehind = false
        let isNewer = state.withLock { state in
            if let old = state.snapshot {
                // Of two readings that overlap, the later one may end first. Versions of two servers
                // cannot be compared: only what the same one answered is older by its number.
                guard state.primary <= server else { return false }
                guard state.primary < server || old.version <= snapshot.version else {
                    isBehind = true
                    return false
                }
            }
            state.confirmed = max(state.confirmed, began)
            let isNewer = state.snapshot?.mark != snapshot.mark || state.primary != server
            state.snapshot = snapshot
            state.primary = server
            return isNewer
        }
        if isBehind {
            logger.warning(
                "the registry's counter is behind what is in memory, which stays until it is stale",
                metadata: ["read": "\(snapshot.version)"])
        }
        if isNewer { onChange(snapshot) }
    }

    /// One look at the change counter; reads the registry where it, the day or the server has changed. A
    /// failure is logged once a look and changes nothing.
    public func poll() async {
        do {
            let (began, server) = (time.now(), primary())
            let mark = try await RegistrySnapshot.readMark(from: database)
            let isCurrent = state.withLock { state in
                guard let snapshot = state.snapshot, snapshot.mark == mark,
                    state.primary == server
                else { return false }
                state.confirmed = max(state.confirmed, began)
                return true
            }
            if !isCurrent { try await reload() }
        } catch {
            logger.warning("registry not readable", metadata: ["error": "\(error)"])
        }
    }

    /// Polls, and listens for changes, until the task is cancelled.
    public func run() async {
        await withTaskGroup { group in
            group.addTask { await self.keepPolling() }
            group.addTask { await self.listen() }
            await group.next()
            group.cancelAll()
        }
    }

    private func listen() async {
        for await _ in database.notifications(on: Self.channel) { await poll() }
    }

    /// Notified by the database with every change of the registry.
    static let channel = NotificationChannel("icds_registry")

    private func keepPolling() async {
        while !Task.isCancelled {
            await poll()
            do { try await time.sleep(settings.pollInterval) } catch { return }
        }
    }
}
