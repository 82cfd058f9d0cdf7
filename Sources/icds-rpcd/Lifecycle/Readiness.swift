import Logging
import Synchronization
import SystemPackage

/// Tells everybody who wants to know that the daemon serves, and where, until it drains.
final class Readiness: Sendable {
    private let addressFile: FilePath
    private let serviceManager: ServiceManager
    private let hasBegunToServe = Atomic(false)
    private let hasBegunToDrain = Atomic(false)

    /// - Parameter addressFile: holds the address while the daemon is ready. One that a killed
    ///   daemon could not remove is removed now.
    init(addressFile: FilePath, serviceManager: ServiceManager) throws {
        self.addressFile = addressFile
        self.serviceManager = serviceManager
        try addressFile.remove()
    }

    var isDraining: Bool { hasBegunToDrain.load(ordering: .relaxed) }

    /// Whether the port listens.
    var isServing: Bool { hasBegunToServe.load(ordering: .relaxed) && !isDraining }

    func announce(_ address: String, _ logger: Logger) throws {
        try addressFile.replaceContents(with: "\(address)\n")
        hasBegunToServe.store(true, ordering: .relaxed)
        logger.notice("READY", metadata: ["address": "\(address)"])
        serviceManager.ready()
    }

    func withdraw(_ logger: Logger) {
        hasBegunToDrain.store(true, ordering: .relaxed)
        do {
            try addressFile.remove()
        } catch {
            logger.warning("cannot remove the address file", error: error)
        }
        serviceManager.stopping()
    }
}
