import ArgumentParser
import Logging
import ServiceLifecycle

/// Runs the daemon.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the daemon until SIGTERM or SIGINT (the default).",
        discussion: """
            The first signal drains: no new calls, those in flight finish within drain.seconds. A \
            second one stops at once.
            """)

    @OptionGroup var flags: SettingFlags

    func run() async throws {
        try ProcessHardening.apply()
        let settings = await flags.settings()
        guard settings.problems.isEmpty else {
            for problem in settings.problems { try Output.error("icds-rpcd: \(problem)") }
            throw ExitCode(78)
        }
        let format = settings.logFormat
        let level = settings.logLevel
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, format: format, level: level)
        }
        let logger = Logger(label: "icds-rpcd")
        do {
            try await Daemon(settings: settings, logger: logger).run()
        } catch {
            logger.critical("icds-rpcd stops", error: error)
            throw ExitCode(1)
        }
    }
}
