import Logging
import ServiceLifecycle
import UnixSignals

/// The first SIGTERM or SIGINT shuts the services down gracefully, the last one started first; a
/// second one cancels them all.
struct SignalWatch: Sendable {
    let logger: Logger

    func run(_ group: ServiceGroup) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask {
                var isFirst = true
                for await signal in signals {
                    if isFirst {
                        logger.notice("draining", metadata: ["signal": "\(signal)"])
                        await group.triggerGracefulShutdown()
                    } else {
                        logger.warning("stopping at once", metadata: ["signal": "\(signal)"])
                        return false
                    }
                    isFirst = false
                }
                return false
            }
            tasks.addTask {
                try await group.run()
                return true
            }
            // Whatever ends first ends the other; the group's own error is the one that counts.
            var hasEnded = try await tasks.next() ?? true
            tasks.cancelAll()
            while !hasEnded, let next = try? await tasks.next() { hasEnded = next }
        }
    }
}
