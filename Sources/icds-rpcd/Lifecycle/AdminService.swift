import Logging
import Observation
import ServiceLifecycle
import SystemPackage

/// The admin port, from the daemon's first moment to its last: a daemon that waits for its database
/// is live, and not ready.
final class AdminService: Service, CustomStringConvertible {
    let description = "admin port"
    private let listener: AdminListener
    private let host: String
    private let addressFile: FilePath
    private let logger: Logger

    /// - Parameter addressFile: holds the address while the port listens. One that a killed daemon
    ///   could not remove is removed now.
    init(
        configuration: AdminConfiguration, pages: AdminPages, addressFile: FilePath, logger: Logger
    ) throws {
        listener = AdminListener(configuration: configuration, pages: pages)
        host = configuration.host
        self.addressFile = addressFile
        self.logger = logger
        try addressFile.remove()
    }

    func run() async throws {
        let port = try await listener.start()
        let address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        do {
            try addressFile.replaceContents(with: "\(address)\n")
            logger.notice("the admin port listens", metadata: ["address": "\(address)"])
            try? await gracefulShutdown()
            await listener.stop()
            try addressFile.remove()
        } catch {
            await listener.stop()
            throw error
        }
    }
}
