import Contract
import Logging
public import Services
public import Tenancy
public import Wire

/// Services over a real database: roles and registry made, municipalities and counties of the
/// national register, four municipalities provisioned and active.
///
/// Calls go as a server's would: authority first, then the decoded request to its handler, all over
/// the encoded bytes. Tests share one fixture and keep apart by their own clients, or by municipalities
/// of their own (`activeMunicipality`).
public final class ServiceFixture: Sendable {
    /// In Pirkanmaa (08).
    public static let tampere = "837"
    /// In North Ostrobothnia (19).
    public static let oulu = "564"
    /// Its own county (90).
    public static let helsinki = "091"
    /// In Åland, which is no county.
    public static let brando = "035"
    public static let pirkanmaa = "08"
    public static let northOstrobothnia = "19"

    /// The one that most tests share.
    public static func shared() async throws -> ServiceFixture { try await sharedTask.value }
    private static let sharedTask = Task {
        try await ServiceFixture.make(cluster: .make())
    }

    public let cluster: TestCluster
    public let databaseName: String
    public let databases: ServicesAssembly.Databases
    /// Connections of `icds_sealer`, for tests that seal.
    public let sealer: Database
    public let masterKeys: MasterKeys
    public let registryCache: RegistryCache
    public let assembly: ServicesAssembly
    /// What `ConnectionService` shows: no server is told about here, so a test puts it in.
    public let connections = ScriptedConnections()
    /// What the services say in the daemon's log.
    public let log: RecordedLog
    let methods: [String: RegisteredMethod]
    private let spares: SpareMunicipalities

    public var registry: Registry { assembly.registry }
    public var authority: any ServerAuthority { assembly.authority }

    /// - Parameter cluster: not the shared one for a second fixture of a process: roles belong to the
    ///   cluster, and two databases that make them at once stand in each other's way.
    public static func make(
        cluster: TestCluster, identityCodes: IdentityCode.Acceptance = .realAndArtificial
    ) async throws -> ServiceFixture {
        let fixture = try ServiceFixture(
            cluster: cluster, databaseName: try cluster.createDatabase(),
            masterKeys: MasterKeys(current: try MasterKey(try SecretBytes.random(count: 32))),
            identityCodes: identityCodes)
        try await fixture.prepare()
        return fixture
    }

    /// What a second daemon on the same database would be: services, pools and caches of its own. It
    /// hears of no change of the registry by itself.
    public func anotherDaemon(masterKeys: MasterKeys? = nil) async throws -> ServiceFixture {
        let fixture = try ServiceFixture(
            cluster: cluster, databaseName: databaseName,
            masterKeys: masterKeys ?? self.masterKeys, identityCodes: .realAndArtificial)
        try fixture.start()
        try await fixture.registryCache.reload()
        return fixture
    }

    private init(
        cluster: TestCluster, databaseName: String, masterKeys: MasterKeys,
        identityCodes: IdentityCode.Acceptance
    ) throws {
        let log = RecordedLog()
        let logger = log.logger
        self.log = log
        func database(_ user: String) throws -> Database {
            try Database(
                configuration: DatabaseConfiguration(
                    connectionString: try cluster.connectionString(
                        user: user, database: databaseName), connectionCountMax: 4),
                logger: logger)
        }
        self.cluster = cluster
        self.databaseName = databaseName
        databases = ServicesAssembly.Databases(
            api: try database("icds_api"), sharing: try database("icds_sharing"),
            operation: try database("icds_operator"), migrator: try database("icds_migrator"))
        sealer = try database("icds_sealer")
        self.masterKeys = masterKeys
        var settings = RegistryCache.Settings()
        // Nothing polls here: every change comes through this assembly and is read at once.
        settings.staleAfter = .seconds(3_600)
        registryCache = RegistryCache(
            database: databases.api, settings: settings, logger: logger)
        assembly = ServicesAssembly(
            databases: databases, masterKeys: masterKeys, registryCache: registryCache,
            connections: connections,
            settings: ServicesAssembly.Settings(identityCodes: identityCodes, version: "test"),
            logger: logger)
        let registered = assembly.services.flatMap(\.methods)
        methods = Dictionary(
            registered.map { ($0.descriptor.fullName, $0) }, uniquingKeysWith: { first, _ in first }
        )
        spares = SpareMunicipalities()
    }

    private func prepare() async throws {
        let administrator = try Database(
            configuration: DatabaseConfiguration(
                connectionString: try cluster.adminConnectionString(database: databaseName),
                connectionCountMax: 1),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try administrator.start()
        try await Bootstrap(administrator: administrator).run()
        await administrator.shutdown()
        // Their roles are there only now.
        try start()
        _ = try await registry.load(ServiceRegister.load)
        for code in [Self.tampere, Self.oulu, Self.helsinki, Self.brando] {
            try await activate(municipality: code)
        }
        for code in [Self.pirkanmaa, Self.northOstrobothnia, "90"] {
            try await registry.activate(OrganisationKey(kind: .county, code: code))
        }
        for kind in [RegisteredOrganisation.Kind.operator, .agency] {
            let key = OrganisationKey(kind: kind, code: "test")
            let name = RegisteredName(fi: "Testi", sv: "Test", en: "Test")
            try await registry.addOrganisation(key, name: name, validFrom: "2020-01-01")
            try await registry.activate(key)
        }
    }

    private func start() throws {
        for database in [
            databases.api, databases.sharing, databases.operation, databases.migrator, sealer,
        ] {
            try database.start()
        }
    }

    private func activate(municipality code: String) async throws {
        guard let tenant = TenantSchema(municipalityCode: code) else { return }
        let provisioner = Provisioner(migrator: databases.migrator, masterKeys: masterKeys)
        _ = try await provisioner.provision(tenant)
        try await registry.activate(OrganisationKey(kind: .municipality, code: code))
    }

    /// A municipality in Pirkanmaa that no other test uses, provisioned and active.
    public func activeMunicipality() async throws -> String {
        let code = try spares.take()
        try await activate(municipality: code)
        return code
    }

    /// A municipality in Pirkanmaa that no other test uses, in the register only.
    public func registeredMunicipality() throws -> String { try spares.take() }

    /// Whom the log of the registry's changes names for each change of a municipality's row that was made
    /// over the migrator's connections, oldest first; nil for nobody.
    public func callersOfMigrator(_ code: String) throws -> [String?] {
        try rows(
            """
            SELECT CASE WHEN call_reference IS NOT NULL THEN actor END FROM registry.change_log
            WHERE login = 'icds_migrator' AND table_name = 'organisation'
                AND new_row ->> 'code' = '\(code)'
            ORDER BY seq
            """
        ).map { $0[0] }
    }

    /// Rows of a query that the superuser makes.
    public func rows(_ sql: String) throws -> [[String?]] {
        try cluster.execute(sql, database: databaseName)
    }
}
