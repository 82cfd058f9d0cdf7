import Logging
import NIOCore

/// Lines that peers can cause, as often as the server's throttles allow.
extension ServerConnection {
    /// Logs what a peer has done.
    func logPeer(_ message: Logger.Message, metadata: @autoclosure () -> Logger.Metadata) {
        log(.info, message, metadata: metadata(), core.throttle)
    }

    /// Logs a defect of the server, which a peer may have found out how to cause.
    func logError(_ message: Logger.Message, metadata: @autoclosure () -> Logger.Metadata) {
        log(.error, message, metadata: metadata(), core.errorThrottle)
    }

    private func log(
        _ level: Logger.Level, _ message: Logger.Message,
        metadata: @autoclosure () -> Logger.Metadata, _ throttle: LogThrottle
    ) {
        guard logger.logLevel <= level, let suppressed = throttle.admitLine(at: eventLoop.now)
        else { return }
        var metadata = metadata()
        if suppressed > 0 { metadata["suppressed_lines"] = "\(suppressed)" }
        logger.log(level: level, message, metadata: metadata)
    }
}
