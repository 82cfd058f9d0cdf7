import Logging
import Wire

/// Keeps the server's certificates, authorities and revocation lists in step with their files: at
/// each SIGHUP and at an interval. No connection is dropped but those whose certificate does not
/// count any more.
struct TLSRenewal: Sendable {
    private enum Occasion { case signal, interval }

    let keeper: TLSContextKeeper
    let server: RPCServer
    let interval: Duration
    let logger: Logger

    /// Works until `hangups` ends.
    func run<Hangups: AsyncSequence & Sendable>(until hangups: Hangups) async {
        // One look at a time; what comes meanwhile waits, a few at the most.
        let (occasions, continuation) = AsyncStream.makeStream(
            of: Occasion.self, bufferingPolicy: .bufferingOldest(4))
        await withTaskGroup { tasks in
            tasks.addTask {
                do {
                    for try await _ in hangups { continuation.yield(.signal) }
                } catch {
                    logger.error("SIGHUP is not waited for any more", error: error)
                }
                continuation.finish()
            }
            tasks.addTask {
                while (try? await Task.sleep(for: interval)) != nil {
                    continuation.yield(.interval)
                }
            }
            var hasWarnedOfLists = false
            for await occasion in occasions {
                await look(occasion)
                hasWarnedOfLists = warnOfLists(unless: hasWarnedOfLists)
            }
            tasks.cancelAll()
        }
    }

    private func look(_ occasion: Occasion) async {
        switch await keeper.refresh() {
        case .unchanged:
            if occasion == .signal { logger.notice("certificates read again: nothing has changed") }
        case .renewed(let context):
            server.use(context)
            logger.notice("certificates read again", metadata: describe(keeper.status))
        case .failed(let error, let isNew):
            guard isNew || occasion == .signal else { break }
            logger.error("certificates not read again; the old ones stay", error: error)
        }
        let closed = await server.recheck()
        if closed > 0 {
            logger.notice(
                "connections closed, their certificates do not count any more",
                metadata: ["count": "\(closed)"])
        }
    }

    /// Says once that a list has run out, until it is renewed.
    private func warnOfLists(unless hasWarned: Bool) -> Bool {
        guard let due = keeper.status.revocationListsNextUpdate else { return false }
        let hasRunOut = due < Timestamp.now().seconds
        if hasRunOut, !hasWarned {
            logger.error(
                "a revocation list is out of date: nobody of its authority is let in",
                metadata: ["next_update": "\(due)"])
        }
        return hasRunOut
    }

    private func describe(_ status: TLSStatus) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["certificate_not_after": "\(status.certificateNotAfter)"]
        if let due = status.revocationListsNextUpdate { metadata["lists_next_update"] = "\(due)" }
        return metadata
    }
}
