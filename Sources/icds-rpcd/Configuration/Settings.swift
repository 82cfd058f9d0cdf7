import Glibc
import Logging
import Observation
import SystemPackage
import Tenancy
import Wire

/// The daemon's settings, read from all sources. Paths are absolute.
struct Settings: Sendable {
    /// Where the data are.
    enum DatabasePlace: Sendable {
        /// A private cluster that the daemon keeps itself. `folder` is where its data lie (nil: in
        /// the state folder, or below /var/lib/icds for root); `programs` is where PostgreSQL's
        /// server programs lie (nil: they are searched).
        case embedded(folder: FilePath?, programs: FilePath?)
        /// A database of the site: libpq's connection string without a user.
        case external(conninfo: String)
    }

    /// Most connections of each login role's pool.
    struct Pools: Sendable {
        var api: Int
        var sharing: Int
        var `operator`: Int
        var migrator: Int
        /// Memory of a connection's backend at which another takes its place.
        var backendMegabytes: Int
    }

    private enum Acceptance: String, CaseIterable { case accepted, refused }

    var listenHost: String
    var listenPort: Int
    /// Certificates, key, revocation lists and policy.
    var tls: TLSConfiguration
    /// How often the files of TLS are compared with what is in use.
    var tlsReloadInterval: Duration
    var stateFolder: FilePath
    var database: DatabasePlace
    var administratorConninfo: String?
    var pools: Pools
    /// Whether the memory of keys is locked into RAM and left out of memory dumps.
    let isKeyMemoryProtected: Bool
    /// Where the master keys come from.
    var masterKey: SecretSource
    /// Sealing of the logs, and how long they are kept.
    var audit: AuditSettings
    /// Whether identity codes with individual numbers from 900 count, which no person has.
    var acceptsArtificialIdentityCodes: Bool
    var operatorCertificates: [FilePath]
    var limits: LimitSettings
    var drain: Duration
    /// Where `/live`, `/ready` and `/metrics` are; nil for nowhere.
    var admin: AdminConfiguration?
    var logLevel: Logger.Level
    var logFormat: LogFormat

    /// Every setting as it counts, with its origin.
    private(set) var rows: [SettingsReader.Row] = []
    /// Everything that is wrong; the daemon starts only where this is empty.
    private(set) var problems: [String] = []

    init(sources: ConfigurationSources) {
        var reader = SettingsReader(sources: sources)
        listenHost = reader.text(.listenHost) ?? ""
        listenPort = reader.integer(.listenPort, in: 0...65535)
        stateFolder = FilePath(reader.text(.stateFolder) ?? ".icds").absolute
        tls = Self.readTLS(&reader, stateFolder: stateFolder)
        tlsReloadInterval = .seconds(reader.integer(.tlsReloadSeconds, in: 1...86_400))
        database = Self.readDatabase(&reader)
        administratorConninfo = Self.readAdministrator(&reader)
        pools = Pools(
            api: reader.integer(.poolAPI, in: 1...64),
            sharing: reader.integer(.poolSharing, in: 1...64),
            operator: reader.integer(.poolOperator, in: 1...16),
            // One connection holds the lock of the one who rotates keys, another works in a transaction;
            // and transactions never have all connections of a pool.
            migrator: reader.integer(.poolMigrator, in: 3...16),
            backendMegabytes: reader.integer(.poolBackendMegabytes, in: 16...16_384))
        limits = LimitSettings(&reader)
        // With the first key, which may be read next, it has the size that it keeps.
        isKeyMemoryProtected = SecretBytes.makeMemory(connectionsMax: limits.connections)
        var isEmbedded = false
        if case .embedded = database { isEmbedded = true }
        let commandTime = Duration.seconds(reader.integer(.keyCommandSeconds, in: 1...120))
        masterKey = KeySettings.masterKey(
            &reader, stateFolder: stateFolder, isEmbedded: isEmbedded, timeLimit: commandTime)
        audit = AuditSettings(
            &reader, stateFolder: stateFolder, isEmbedded: isEmbedded, commandTime: commandTime)
        let artificial = reader.choice(.artificialIdentityCodes, fallback: Acceptance.refused)
        acceptsArtificialIdentityCodes = artificial == .accepted
        operatorCertificates = reader.list(.operatorCertificates).map { FilePath($0).absolute }
        for path in operatorCertificates {
            do {
                _ = try OperatorRegistration.read(path)
            } catch {
                reader.note(.operatorCertificates, "\(error)")
            }
        }
        drain = .seconds(reader.integer(.drainSeconds, in: 0...3600))
        admin = Self.readAdmin(&reader)
        logLevel = reader.choice(.logLevel, fallback: .info)
        let isTerminal = isatty(STDERR_FILENO) == 1
        logFormat = reader.choice(.logFormat, fallback: isTerminal ? .text : .json)
        rows = reader.rows
        problems = reader.problems
    }

    /// The admin port has no authentication, so that nothing but the loopback will do.
    private static func readAdmin(_ reader: inout SettingsReader) -> AdminConfiguration? {
        let host = reader.text(.adminHost) ?? ""
        var port: Int?
        if reader.text(.adminPort) != "none" {
            port = reader.integer(.adminPort, in: 0...65535, or: "none")
        }
        do throws(AdminError) {
            let configuration = try AdminConfiguration(host: host, port: port ?? 0)
            return port == nil ? nil : configuration
        } catch {
            reader.note(.adminHost, "\(error)")
            return nil
        }
    }

    private static func readDatabase(_ reader: inout SettingsReader) -> DatabasePlace {
        let folder = reader.text(.embeddedFolder).map { FilePath($0).absolute }
        let programs = reader.text(.embeddedPrograms).map { FilePath($0).absolute }
        guard let conninfo = reader.text(.databaseConninfo) else {
            return .embedded(folder: folder, programs: programs)
        }
        // The daemon adds the login role of each duty; a user here would be one too many.
        if conninfo.contains("user=") || conninfo.contains("user =") {
            reader.note(
                .databaseConninfo,
                "names a user: leave it out, the daemon adds icds_api, icds_sharing and so on")
        }
        if conninfo.hasPrefix("postgres://") || conninfo.hasPrefix("postgresql://") {
            reader.note(.databaseConninfo, "write it as key=value words, not as a URI")
        }
        return .external(conninfo: conninfo)
    }

    /// From the setting, or from the file that another setting names.
    private static func readAdministrator(_ reader: inout SettingsReader) -> String? {
        let conninfo = reader.text(.databaseAdministratorConninfo)
        guard let name = reader.text(.databaseAdministratorConninfoFile) else { return conninfo }
        let path = FilePath(name).absolute
        if conninfo != nil {
            reader.note(
                .databaseAdministratorConninfoFile,
                "\(Setting.databaseAdministratorConninfo.key) is set too: leave one of them out")
        }
        reader.requirePrivate(path, .databaseAdministratorConninfoFile, fromGroup: true)
        do {
            let text = String(decoding: try path.contents(limit: 65536), as: UTF8.self)
            return String(text.trimmed)
        } catch {
            reader.note(.databaseAdministratorConninfoFile, "\(path) cannot be read: \(error)")
            return nil
        }
    }
}
