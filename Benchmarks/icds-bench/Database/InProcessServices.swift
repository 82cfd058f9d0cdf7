import Contract
import Logging
import Services
import Tenancy
import Wire

/// The daemon's services over pools of their own: requests and answers pass as bytes, the authority
/// decides and the handler runs as in the daemon, without TLS, frames and a server.
struct InProcessServices: Sendable {
    let databases: ServicesAssembly.Databases
    let keys: TenantKeyring
    private let methods: [String: RegisteredMethod]
    private let authority: any ServerAuthority

    /// - Parameter conninfo: libpq's words without the user.
    static func open(
        conninfo: String, masterKeyFile: String, connections: Int
    ) async throws -> InProcessServices {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        func pool(_ role: String) throws -> Database {
            try Database(
                configuration: DatabaseConfiguration(
                    connectionString: "\(conninfo) user=\(role)", connectionCountMax: connections),
                logger: logger)
        }
        let databases = ServicesAssembly.Databases(
            api: try pool("icds_api"), sharing: try pool("icds_sharing"),
            operation: try pool("icds_operator"), migrator: try pool("icds_migrator"))
        let masterKeys = MasterKeys(current: try MasterKeyFile.load(path: masterKeyFile))
        var settings = RegistryCache.Settings()
        settings.staleAfter = .seconds(3_600)
        let cache = RegistryCache(database: databases.api, settings: settings, logger: logger)
        try databases.api.start()
        try databases.sharing.start()
        for await isAvailable in databases.api.availabilityChanges() where isAvailable { break }
        try await cache.reload()
        let assembly = ServicesAssembly(
            databases: databases, masterKeys: masterKeys, registryCache: cache,
            connections: NoConnections(),
            settings: ServicesAssembly.Settings(version: "bench"), logger: logger)
        let registered = assembly.services.flatMap(\.methods)
        return InProcessServices(
            databases: databases,
            keys: TenantKeyring(database: databases.api, reader: .tenant, masterKeys: masterKeys),
            methods: Dictionary(
                registered.map { ($0.descriptor.fullName, $0) },
                uniquingKeysWith: { first, _ in first }),
            authority: assembly.authority)
    }

    func close() async {
        await databases.api.shutdown()
        await databases.sharing.shutdown()
    }

    /// The bytes of the answer.
    func answer(
        _ method: MethodDescriptor, _ request: [UInt8], municipality: String
    ) async throws -> [UInt8] {
        guard let registered = methods[method.fullName] else {
            throw RPCStatus(.unimplemented, "UNKNOWN_METHOD", "There is no such method.")
        }
        let prepared = try request.withUnsafeBytes { try registered.prepare($0, .standard) }
        let context = ServerContext(
            peer: PeerIdentity(
                kind: .municipality, code: municipality, system: "casework",
                uri: "urn:icds:municipality:\(municipality):casework", certificateFingerprint: [],
                remoteAddress: "127.0.0.1"),
            method: method, address: prepared.address, deadline: .now + .seconds(30),
            callReference: "bench")
        try await authority.authorize(context)
        return try await prepared.run(context).bytes
    }
}

private struct NoConnections: ConnectionDirectory {
    func connections() async -> [Connection] { [] }
    func totals() async -> ServerTotals { ServerTotals() }
}
