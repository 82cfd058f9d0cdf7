import Tenancy
import Wire

/// One setting of the daemon: its key in the configuration file, and by it the environment variable
/// (`listen.port` → `ICDS_LISTEN_PORT`) and the flag (`--listen-port`).
enum Setting: String, CaseIterable, Sendable {
    case listenHost = "listen.host"
    case listenPort = "listen.port"
    case tlsCertificate = "tls.certificate"
    case tlsKey = "tls.key"
    case tlsClientAuthorities = "tls.clientAuthorities"
    case tlsRevocation = "tls.revocation"
    case tlsRevocationLists = "tls.certificateRevocationLists"
    case tlsCipherSuites = "tls.cipherSuites"
    case tlsGroups = "tls.groups"
    case tlsSignatureAlgorithms = "tls.signatureAlgorithms"
    case tlsReloadSeconds = "tls.reloadSeconds"
    case stateFolder = "state.folder"
    case databaseConninfo = "database.conninfo"
    case databaseAdministratorConninfo = "database.administratorConninfo"
    case databaseAdministratorConninfoFile = "database.administratorConninfoFile"
    case poolAPI = "pool.api"
    case poolSharing = "pool.sharing"
    case poolOperator = "pool.operator"
    case poolMigrator = "pool.migrator"
    case poolBackendMegabytes = "pool.backendMegabytes"
    case embeddedFolder = "embedded.folder"
    case embeddedPrograms = "embedded.programs"
    case masterKeyFile = "keys.masterFile"
    case masterKeyCommand = "keys.masterCommand"
    case keyCommandSeconds = "keys.commandSeconds"
    case auditSigningKeyFile = "audit.signingKeyFile"
    case auditSigningKeyCommand = "audit.signingKeyCommand"
    case auditFormerKeys = "audit.formerKeys"
    case auditOrigin = "audit.origin"
    case auditSealSeconds = "audit.sealSeconds"
    case auditCheckpointSeconds = "audit.checkpointSeconds"
    case auditCheckpointFile = "audit.checkpointFile"
    case auditRetentionYears = "audit.retentionYears"
    case auditLagSecondsMax = "audit.lagSecondsMax"
    case artificialIdentityCodes = "identityCodes.artificial"
    case operatorCertificates = "operators.certificates"
    case limitConnections = "limits.connections"
    case limitConnectionsPerAddress = "limits.connectionsPerAddress"
    case limitConnectionsPerOrganisation = "limits.connectionsPerOrganisation"
    case limitCallsPerOrganisation = "limits.callsPerOrganisation"
    case limitHandlers = "limits.handlers"
    case limitHandlersPerOrganisation = "limits.handlersPerOrganisation"
    case limitIdleSeconds = "limits.idleSeconds"
    case limitAgeSeconds = "limits.ageSeconds"
    case drainSeconds = "drain.seconds"
    case adminHost = "admin.host"
    case adminPort = "admin.port"
    case logLevel = "log.level"
    case logFormat = "log.format"

    var key: String { rawValue }

    /// The environment variable, as swift-configuration derives it from the key.
    var environmentName: String { "ICDS_" + words(separator: "_").uppercased() }

    /// The flag, without its two hyphens.
    var flagName: String { words(separator: "-").lowercased() }

    /// Whether the value may hold a password, so that it is never printed.
    var isSecret: Bool {
        switch self {
        case .databaseConninfo, .databaseAdministratorConninfo: true
        default: false
        }
    }

    /// Whether the value is a list: a sequence in the file, comma-separated elsewhere.
    var isList: Bool {
        switch self {
        case .tlsClientAuthorities, .tlsRevocationLists, .tlsCipherSuites, .tlsGroups,
            .tlsSignatureAlgorithms, .operatorCertificates, .auditFormerKeys,
            .masterKeyCommand, .auditSigningKeyCommand:
            true
        default: false
        }
    }

    /// The value that counts where none is given; nil where there is none, or where it follows from
    /// another setting (see `Settings`).
    var defaultValue: String? {
        switch self {
        case .listenHost: "127.0.0.1"
        case .listenPort: "7443"
        case .tlsRevocation: "lists"
        case .tlsReloadSeconds: "60"
        case .stateFolder: ".icds"
        case .poolAPI, .poolMigrator: "4"
        case .poolSharing, .poolOperator: "2"
        case .poolBackendMegabytes: "\(DatabaseLimits.standard.backendBytesMax >> 20)"
        case .limitConnections: "2048"
        case .limitConnectionsPerAddress: "\(Limits.default.addressConnectionsMax)"
        case .limitConnectionsPerOrganisation: "\(Limits.default.organisationConnectionsMax)"
        case .limitCallsPerOrganisation: "\(Limits.default.organisationCallsMax)"
        case .limitHandlers: "\(Limits.default.serverHandlersMax)"
        case .limitHandlersPerOrganisation: "\(Limits.default.organisationHandlersMax)"
        case .limitIdleSeconds: "\(Limits.default.idleMillisecondsMax / 1_000)"
        case .limitAgeSeconds: "\(Limits.default.ageMillisecondsMax / 1_000)"
        case .keyCommandSeconds: "10"
        case .auditOrigin: "localhost/icds-audit"
        case .auditSealSeconds: "2"
        case .auditCheckpointSeconds: "60"
        case .auditRetentionYears: "12"
        case .auditLagSecondsMax: "14400"
        case .artificialIdentityCodes: "refused"
        case .drainSeconds: "25"
        case .adminHost: "127.0.0.1"
        case .adminPort: "none"
        case .logLevel: "info"
        default: nil
        }
    }

    private func words(separator: Character) -> String {
        var result = ""
        var previousIsLowercase = false
        for character in rawValue {
            if character == "." {
                result.append(separator)
            } else {
                if character.isUppercase && previousIsLowercase { result.append(separator) }
                result.append(character)
            }
            previousIsLowercase = character.isLowercase
        }
        return result
    }
}
