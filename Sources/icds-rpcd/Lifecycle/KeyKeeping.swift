import Logging
import Tenancy

/// Has orders of the operator about keys carried out, and says where a key cannot be opened. Several
/// daemons on one database may do so at once.
struct KeyKeeping: Sendable {
    let keeper: KeyKeeper
    let cache: RegistryCache
    let logger: Logger
    /// How often it is seen whether the registry has changed, as each order changes it.
    var lookInterval: Duration = .seconds(1)
    /// How often orders are looked at all the same: those that failed are tried again.
    var orderInterval: Duration = .seconds(30)
    /// How often keys are looked through whose time may be over.
    var destroyInterval: Duration = .seconds(600)

    /// Works until the task is cancelled.
    func run() async {
        var version: Int64?
        var lastLook = ContinuousClock.now
        var lastDestruction: ContinuousClock.Instant?
        var isFailing = false
        while !Task.isCancelled {
            let current = cache.version
            let isDestroying = lastDestruction.map { $0 + destroyInterval <= .now } ?? true
            if current != version || isDestroying || lastLook + orderInterval <= .now {
                (version, lastLook) = (current, .now)
                do {
                    if isDestroying { try await warnOfUnknownKeys() }
                    try await keeper.round(destroying: isDestroying)
                    if isDestroying { lastDestruction = .now }
                    isFailing = false
                } catch {
                    if Task.isCancelled { return }
                    if !isFailing { logger.error("keys cannot be looked after now", error: error) }
                    isFailing = true
                    version = nil
                }
            }
            guard (try? await Task.sleep(for: lookInterval)) != nil else { return }
        }
    }

    /// Whoever starts with a wrong master key learns it here, not when the first client is asked for.
    private func warnOfUnknownKeys() async throws {
        for (id, count) in try await keeper.unknownMasterKeys() {
            logger.critical(
                """
                ALARM: this daemon has no master key for keys of municipalities, whose data cannot be \
                served: check keys.masterFile or keys.masterCommand
                """,
                metadata: ["master_key": "\(id)", "municipalities": "\(count)"])
        }
    }
}
