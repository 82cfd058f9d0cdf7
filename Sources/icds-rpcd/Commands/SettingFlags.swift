import ArgumentParser
import Glibc

/// The flags that every command shares: where the configuration is, and each setting by itself.
/// Flags are the strongest source; the environment (`ICDS_…`) and then the file come after.
struct SettingFlags: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: "Configuration file, YAML or JSON (ICDS_CONFIG). See config/icds-rpcd.example.yaml.")
    var configurationFile: String?

    @Option(help: "Address to listen at.") var listenHost: String?
    @Option(help: "Port to listen at; 0 takes a free one and logs it.") var listenPort: String?
    @Option(help: "The daemon's certificate chain (PEM).") var tlsCertificate: String?
    @Option(help: "The private key of the certificate (PEM).") var tlsKey: String?
    @Option(help: "Authorities whose client certificates are taken (PEM); may be repeated.")
    var tlsClientAuthorities: [String] = []
    @Option(help: "lists or none: whether clients are looked up in revocation lists.")
    var tlsRevocation: String?
    @Option(help: "Revocation lists of the authorities, files or folders; may be repeated.")
    var tlsCertificateRevocationLists: [String] = []
    @Option(help: "Cipher suites, the best first; may be repeated.")
    var tlsCipherSuites: [String] = []
    @Option(help: "Groups of the key exchange, the best first; may be repeated.")
    var tlsGroups: [String] = []
    @Option(help: "Signature algorithms, the best first; may be repeated.")
    var tlsSignatureAlgorithms: [String] = []
    @Option(help: "Seconds between two looks at the files of TLS.") var tlsReloadSeconds: String?
    @Option(help: "Folder of the daemon's state: embedded database, master key, lock.")
    var stateFolder: String?
    @Option(help: "libpq connection string of your own database, without a user.")
    var databaseConninfo: String?
    @Option(help: "File with an administrator's connection string, for `bootstrap`.")
    var databaseAdministratorConninfoFile: String?
    @Option(help: "Most database connections for API calls.") var poolAPI: String?
    @Option(help: "Most database connections for sharing.") var poolSharing: String?
    @Option(help: "Most database connections for operators.") var poolOperator: String?
    @Option(help: "Most database connections for provisioning.") var poolMigrator: String?
    @Option(help: "Megabytes of a connection's backend at which another takes its place.")
    var poolBackendMegabytes: String?
    @Option(help: "Folder of the embedded database's data.") var embeddedFolder: String?
    @Option(help: "Folder of PostgreSQL's server programs.") var embeddedPrograms: String?
    @Option(help: "File with the master key that wraps the tenants' keys.")
    var keysMasterFile: String?
    @Option(
        parsing: .unconditionalSingleValue,
        help: "A word of the command that prints the master key; once for each word.")
    var keysMasterCommand: [String] = []
    @Option(help: "Seconds that a command has to print a key.") var keysCommandSeconds: String?
    @Option(help: "File with the private key of seals and checkpoints (Ed25519, PEM).")
    var auditSigningKeyFile: String?
    @Option(
        parsing: .unconditionalSingleValue,
        help: "A word of the command that prints that key; once for each word.")
    var auditSigningKeyCommand: [String] = []
    @Option(help: "Public key that sealed before, as `audit-key` prints it; may be repeated.")
    var auditFormerKeys: [String] = []
    @Option(help: "Name of the operator's log in its checkpoints.") var auditOrigin: String?
    @Option(help: "Seconds between two looks for rows to seal.") var auditSealSeconds: String?
    @Option(help: "Seconds between two checkpoints at least.") var auditCheckpointSeconds: String?
    @Option(help: "File to which each checkpoint is added.") var auditCheckpointFile: String?
    @Option(help: "Years after which the log's rows say no more who acted and why.")
    var auditRetentionYears: String?
    @Option(help: "Lag of the sealing over which nothing is served that leaves a row; or none.")
    var auditLagSecondsMax: String?
    @Option(help: "accepted or refused: identity codes that no person has (900 to 999).")
    var identityCodesArtificial: String?
    @Option(help: "Certificate of a system to register as an operator's; may be repeated.")
    var operatorsCertificates: [String] = []
    @Option(help: "Most connections at once.") var limitsConnections: String?
    @Option(help: "Most connections from one address.") var limitsConnectionsPerAddress: String?
    @Option(help: "Most connections of one organisation.")
    var limitsConnectionsPerOrganisation: String?
    @Option(help: "Most open calls of one organisation.") var limitsCallsPerOrganisation: String?
    @Option(help: "Most calls worked on at once.") var limitsHandlers: String?
    @Option(help: "Most calls of one organisation worked on at once.")
    var limitsHandlersPerOrganisation: String?
    @Option(help: "Seconds after which a connection without a call is closed.")
    var limitsIdleSeconds: String?
    @Option(help: "Seconds after which a connection is renewed, more or less.")
    var limitsAgeSeconds: String?
    @Option(help: "Seconds that calls in flight get to finish at SIGTERM.")
    var drainSeconds: String?
    @Option(help: "Loopback address of the admin port.") var adminHost: String?
    @Option(help: "Port of /live, /ready and /metrics; 0 takes a free one; none: no port.")
    var adminPort: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?
    @Option(help: "text or json; text at a terminal, else json.") var logFormat: String?

    /// What was given, by setting. There is no flag for the administrator's connection string: it
    /// may hold a password, and a process's arguments are public.
    var given: [Setting: [String]] {
        let single: [(Setting, String?)] = [
            (.listenHost, listenHost), (.listenPort, listenPort),
            (.tlsCertificate, tlsCertificate), (.tlsKey, tlsKey),
            (.tlsRevocation, tlsRevocation), (.tlsReloadSeconds, tlsReloadSeconds),
            (.stateFolder, stateFolder),
            (.databaseConninfo, databaseConninfo),
            (.databaseAdministratorConninfoFile, databaseAdministratorConninfoFile),
            (.poolAPI, poolAPI), (.poolSharing, poolSharing), (.poolOperator, poolOperator),
            (.poolMigrator, poolMigrator), (.poolBackendMegabytes, poolBackendMegabytes),
            (.embeddedFolder, embeddedFolder), (.embeddedPrograms, embeddedPrograms),
            (.masterKeyFile, keysMasterFile), (.keyCommandSeconds, keysCommandSeconds),
            (.limitConnections, limitsConnections),
            (.limitConnectionsPerAddress, limitsConnectionsPerAddress),
            (.limitConnectionsPerOrganisation, limitsConnectionsPerOrganisation),
            (.limitCallsPerOrganisation, limitsCallsPerOrganisation),
            (.limitHandlers, limitsHandlers),
            (.limitHandlersPerOrganisation, limitsHandlersPerOrganisation),
            (.limitIdleSeconds, limitsIdleSeconds), (.limitAgeSeconds, limitsAgeSeconds),
            (.auditSigningKeyFile, auditSigningKeyFile), (.auditOrigin, auditOrigin),
            (.auditSealSeconds, auditSealSeconds),
            (.auditCheckpointSeconds, auditCheckpointSeconds),
            (.auditCheckpointFile, auditCheckpointFile),
            (.auditRetentionYears, auditRetentionYears),
            (.auditLagSecondsMax, auditLagSecondsMax),
            (.artificialIdentityCodes, identityCodesArtificial), (.drainSeconds, drainSeconds),
            (.adminHost, adminHost), (.adminPort, adminPort),
            (.logLevel, logLevel), (.logFormat, logFormat),
        ]
        let lists = [
            (Setting.tlsClientAuthorities, tlsClientAuthorities),
            (.tlsRevocationLists, tlsCertificateRevocationLists),
            (.tlsCipherSuites, tlsCipherSuites), (.tlsGroups, tlsGroups),
            (.tlsSignatureAlgorithms, tlsSignatureAlgorithms),
            (.operatorCertificates, operatorsCertificates), (.auditFormerKeys, auditFormerKeys),
            (.masterKeyCommand, keysMasterCommand),
            (.auditSigningKeyCommand, auditSigningKeyCommand),
        ]
        var result: [Setting: [String]] = [:]
        for (setting, value) in single { result[setting] = value.map { [$0] } }
        for (setting, values) in lists where !values.isEmpty { result[setting] = values }
        return result
    }

    /// Reads everything. Problems are in the settings, not thrown.
    func settings() async -> Settings {
        let environment = ProcessEnvironment.current
        let sources = await ConfigurationSources(
            flags: given, environment: environment,
            filePath: configurationFile ?? environment["ICDS_CONFIG"])
        return Settings(sources: sources)
    }
}

/// The environment that the process was started with.
enum ProcessEnvironment {
    static var current: [String: String] {
        var result: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let separator = text.firstIndex(of: "=") {
                result[String(text[..<separator])] = String(text[text.index(after: separator)...])
            }
            next += 1
        }
        return result
    }
}
