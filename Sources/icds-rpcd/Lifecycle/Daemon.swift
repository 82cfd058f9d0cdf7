import Logging
import ServiceLifecycle
import UnixSignals

/// The daemon as a whole: what it is made of, and in which order it starts and stops.
struct Daemon: Sendable {
    let settings: Settings
    let logger: Logger

    func run() async throws {
        let stateFolder = try StateFolder(path: settings.stateFolder)
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        if case .embedded(let folder, let programs) = settings.database {
            let cluster = try EmbeddedCluster(
                stateFolder: stateFolder.path, folder: folder, programs: programs, logger: logger)
            services.append(.init(service: cluster, serviceName: cluster.description))
        }
        let group = ServiceGroup(
            configuration: .init(services: services, logger: logger))
        try await SignalWatch(logger: logger).run(group)
        withExtendedLifetime(stateFolder) {}
    }
}
