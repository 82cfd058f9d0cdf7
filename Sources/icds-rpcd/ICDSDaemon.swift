import ArgumentParser

/// The backend of the integration customer data system.
@main
struct ICDSDaemon: AsyncParsableCommand {
    /// What `--version`, Hello and `HealthService.Check` say.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "icds-rpcd",
        abstract: "The backend of the integration customer data system, over TLS.",
        discussion: """
            Settings come from the configuration file, then the environment (ICDS_…), then flags: \
            the later wins. Without a database of your own the daemon keeps a private PostgreSQL \
            cluster in its state folder.
            """,
        version: version,
        subcommands: [
            ServeCommand.self, CheckConfigCommand.self, BootstrapCommand.self, AuditKeyCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)
}
