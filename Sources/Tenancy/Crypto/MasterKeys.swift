internal import Synchronization

/// The master keys that this process holds: one that wraps, and others that only unwrap. Where a key is
/// missing they are read again, so that a new one needs no restart.
public final class MasterKeys: Sendable {
    /// No source is asked more often for a key that it did not have.
    private static let rereadPause: Duration = .seconds(5)
    /// Ids of such keys that are remembered; there are hardly two.
    private static let missingMax = 64

    private struct State {
        var current: MasterKey
        var byID: [String: MasterKey]
        /// When the source was last asked for a key that was not here.
        var askedFor: [String: ContinuousClock.Instant] = [:]
        /// Asks the source for whoever misses a key at this moment.
        var reading: Task<Void, Never>?
        /// How many readings of the source have begun, and which of them the keys are of: of two that
        /// overlap, the one that began first may end last.
        var begun: UInt64 = 0
        var applied: UInt64 = 0
    }

    private let state: Mutex<State>
    private let reread: (@Sendable () async throws -> [MasterKey])?

    /// - Parameters:
    ///   - current: wraps.
    ///   - retired: unwrap.
    ///   - reread: reads them anew from where they came, the one that wraps first; nil where they stay
    ///     as they are.
    public init(
        current: MasterKey, retired: [MasterKey] = [],
        reread: (@Sendable () async throws -> [MasterKey])? = nil
    ) {
        state = Mutex(State(current: current, byID: Self.byID([current] + retired)))
        self.reread = reread
    }

    /// The keys of a source, which is asked again when needed.
    ///
    /// - Throws: `CryptoError` where they cannot be read now. Blocks the thread meanwhile.
    public convenience init(_ source: SecretSource) throws(CryptoError) {
        let keys = try source.masterKeys()
        guard let current = keys.first else {
            throw .masterKeyFile(reason: "it holds no key")
        }
        self.init(current: current, retired: Array(keys.dropFirst())) {
            try await source.masterKeysOffThread()
        }
    }

    public var current: MasterKey { state.withLock { $0.current } }

    /// Ids of all, the one that wraps first.
    public var ids: [String] {
        state.withLock { state in
            [state.current.id] + state.byID.keys.filter { $0 != state.current.id }.sorted()
        }
    }

    /// Reads them again. Those that were here and are not in the source any more are let go.
    ///
    /// - Throws: what the source does; then all stays as it was.
    public func reload() async throws {
        guard let reread else { return }
        let number = state.withLock { state in
            state.begun += 1
            return state.begun
        }
        let keys = try await reread()
        guard let current = keys.first else { return }
        state.withLock { state in
            guard number > state.applied else { return }
            state.applied = number
            state.current = current
            state.byID = Self.byID(keys)
        }
    }

    /// A key that is in memory.
    func key(id: String) throws(CryptoError) -> MasterKey {
        guard let key = state.withLock({ $0.byID[id] }) else { throw .unknownMasterKey(id: id) }
        return key
    }

    /// A key that is in memory or, for a key that is new, in the source by now.
    /// All who miss one wait for the same reading of the source.
    func find(id: String) async throws(CryptoError) -> MasterKey {
        while true {
            if let known = try? key(id: id) { return known }
            guard let reading = state.withLock({ reading(for: id, &$0) }) else {
                // Read meanwhile, perhaps.
                return try key(id: id)
            }
            // One that had begun for another key may have come too early for this one.
            await reading.value
        }
    }

    /// The reading that is under way, or a new one; nil where the source was just asked for the key.
    private func reading(for id: String, _ state: inout State) -> Task<Void, Never>? {
        if let reading = state.reading { return reading }
        if let last = state.askedFor[id], last + Self.rereadPause > .now { return nil }
        if state.askedFor.count >= Self.missingMax { state.askedFor = [:] }
        state.askedFor[id] = .now
        let reading = Task {
            // A source that fails says so where it is read on purpose; here the key is missing either
            // way.
            try? await reload()
            self.state.withLock { $0.reading = nil }
        }
        state.reading = reading
        return reading
    }

    private static func byID(_ keys: [MasterKey]) -> [String: MasterKey] {
        Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension SecretSource {
    /// As `masterKeys`, on a thread of its own, since reading may block.
    fileprivate func masterKeysOffThread() async throws(CryptoError) -> [MasterKey] {
        let result: Result<[MasterKey], CryptoError> = await withCheckedContinuation { waiting in
            let isStarted = DetachedThread.start(name: "icds-key") {
                waiting.resume(returning: Result { () throws(CryptoError) in try masterKeys() })
            }
            if !isStarted {
                waiting.resume(
                    returning: .failure(.library(operation: "no thread for reading a key")))
            }
        }
        return try result.get()
    }
}
