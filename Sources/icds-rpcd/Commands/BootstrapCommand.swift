import ArgumentParser
import Logging
import Tenancy

/// Prepares a database of the site's own.
struct BootstrapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bootstrap",
        abstract: "Make the roles and the registry schema in your own database.",
        discussion: """
            Needs the connection string of an administrator of that database, from \
            \(Setting.databaseAdministratorConninfo.environmentName) or from a file \
            (--database-administrator-conninfo-file). May be run again at any time; run it before \
            a newer daemon is started. The embedded database is prepared by the daemon itself.
            """)

    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let settings = await flags.settings()
        guard let conninfo = settings.administratorConninfo else {
            try Output.error(
                "icds-rpcd: no administrator's connection string: set "
                    + "\(Setting.databaseAdministratorConninfo.environmentName)")
            throw ExitCode(78)
        }
        let level = settings.logLevel
        let logger = Logger(label: "icds-rpcd") { label in
            LineLogHandler(label: label, format: .text, level: level)
        }
        do {
            let outcome = try await DatabaseBootstrap(logger: logger).run(conninfo: conninfo)
            let did = outcome.changed ? "is now at" : "was already at"
            try Output.standard("The registry schema \(did) version \(outcome.version).")
        } catch {
            logger.critical("bootstrap failed", error: error)
            throw ExitCode(1)
        }
    }
}
