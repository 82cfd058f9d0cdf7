import Logging
import Synchronization
import TestSupport
import Testing

@testable import Tenancy

/// A bootstrapped database of a cluster of its own, with a register of 500 made-up municipalities in
/// 22 counties. Each test takes municipalities that no other test uses.
final class TenancyFixture: Sendable {
    /// The one that most tests share.
    static let shared = Task { try await TenancyFixture.make() }
    static func get() async throws -> TenancyFixture { try await shared.value }

    static let cluster = TestCluster.make()

    let name: String
    let masterKeys: MasterKeys
    let administrator, migrator, api, sharing, `operator`, sealer: Database
    let auditKeys, sharingAuditKeys: AuditKeyring
    /// Roles and who may take them belong to the cluster: no two fixtures use one code.
    private static let lastCode = Mutex(99)

    var registry: Registry { Registry(database: self.operator) }
    var provisioner: Provisioner { Provisioner(migrator: migrator, masterKeys: masterKeys) }
    var tenants: TenantStore { TenantStore(database: api, auditKeys: auditKeys) }
    var counties: SharingStore { SharingStore(database: sharing, auditKeys: sharingAuditKeys) }
    var refusals: RefusalLog { RefusalLog(database: sharing, auditKeys: sharingAuditKeys) }

    static func make(loadingRegister: Bool = true) async throws -> TenancyFixture {
        let name = try cluster.createDatabase()
        let administrator = try database(user: "postgres", name)
        // Before the logins connect: a session keeps the settings that it started with.
        try await Bootstrap(administrator: administrator).run()
        let fixture = try TenancyFixture(name: name, administrator: administrator)
        if loadingRegister { _ = try await fixture.registry.load(register) }
        return fixture
    }

    private init(name: String, administrator: Database) throws {
        self.name = name
        self.administrator = administrator
        masterKeys = MasterKeys(current: try MasterKey(try SecretBytes.random(count: 32)))
        migrator = try Self.database(user: "icds_migrator", name)
        api = try Self.database(user: "icds_api", name)
        sharing = try Self.database(user: "icds_sharing", name)
        self.operator = try Self.database(user: "icds_operator", name)
        sealer = try Self.database(user: "icds_sealer", name)
        auditKeys = AuditKeyring(
            database: api, reader: .tenant,
            keys: TenantKeyring(database: api, reader: .tenant, masterKeys: masterKeys))
        sharingAuditKeys = AuditKeyring(
            database: sharing, reader: .sharing,
            keys: TenantKeyring(database: sharing, reader: .sharing, masterKeys: masterKeys))
    }

    static func database(user: String, _ name: String) throws -> Database {
        var limits = DatabaseLimits.standard
        // Many tests start their pools at once, perhaps on a machine with much else to do.
        limits.unavailableWait = .seconds(60)
        let database = try Database(
            configuration: DatabaseConfiguration(
                connectionString: try cluster.connectionString(user: user, database: name),
                connectionCountMax: 4, limits: limits),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try database.start()
        return database
    }

    static let register: RegisterLoad = {
        let counties = (1...21).map { $0 < 10 ? "0\($0)" : "\($0)" } + ["90"]
        let codes = (100...599).map { "\($0)" }
        return RegisterLoad(
            source: "test",
            municipalities: codes.map {
                MunicipalityRow(
                    code: $0, name: RegisteredName(fi: "Kunta \($0)", sv: "Kommun \($0)", en: ""),
                    languageStatus: 0, validFrom: "2009-01-01", validTo: nil)
            },
            areas: counties.map {
                AreaRow(
                    kind: .county, code: $0, name: RegisteredName(fi: "Alue \($0)", sv: "", en: ""),
                    validFrom: "2023-01-01", validTo: nil)
            },
            memberships: codes.enumerated().map { index, code in
                MembershipRow(
                    municipalityCode: code, areaKind: .county,
                    areaCode: counties[index % counties.count], validFrom: "2023-01-01",
                    validTo: nil)
            })
    }()

    /// A municipality that is in the register only.
    func registeredTenant() throws -> TenantSchema {
        let code = Self.lastCode.withLock { last in
            last += 1
            return last
        }
        return try #require(TenantSchema(municipalityCode: "\(code)"))
    }

    func provisionedTenant() async throws -> TenantSchema {
        let tenant = try registeredTenant()
        _ = try await provisioner.provision(tenant)
        return tenant
    }

    func activeTenant() async throws -> TenantSchema {
        let tenant = try await provisionedTenant()
        try await registry.activate(tenant.key)
        return tenant
    }

    func keys(_ tenant: TenantSchema) async throws -> TenantKeys {
        try await TenantKeyring(database: api, reader: .tenant, masterKeys: masterKeys)
            .keys(for: tenant)
    }

    func key(_ tenant: TenantSchema) async throws -> TenantKey {
        try await keys(tenant).newest
    }

    func personal(_ tenant: TenantSchema) async throws -> [AuditPersonal?] {
        try await auditKeys.opened(tenant, through: api)
    }

    /// Rows of a query that the superuser makes; `{schema}` is the tenant's.
    @discardableResult
    func rows(_ sql: String, in tenant: TenantSchema? = nil) throws -> [[String?]] {
        let text = tenant.map { sql.replacing("{schema}", with: $0.quotedName) } ?? sql
        return try Self.cluster.execute(text, database: name)
    }
}

extension TenantSchema {
    var key: OrganisationKey { OrganisationKey(kind: .municipality, code: code) }
}

extension WorkStep {
    static func sql(_ text: String, _ parameters: [SQLValue] = []) -> WorkStep {
        WorkStep(Statement(name: "test", trusted: text, prepared: false), parameters)
    }
}

extension Database {
    /// The kind of error that a statement gives in a role, or nil where it is carried out. What it did
    /// is rolled back either way.
    func attempt(
        _ sql: String, as role: String?, in tenant: TenantSchema? = nil,
        settings: [(name: String, value: String)] = []
    ) async throws -> DatabaseError.Kind? {
        struct Done: Error {}
        do {
            try await transaction(in: Scope(role: role, schema: tenant, settings: settings)) {
                _ = try await $0.run([.sql(sql)])
                throw Done()
            }
        } catch let error as DatabaseError {
            return error.kind
        } catch is Done {
            return nil
        }
        return nil
    }
}
