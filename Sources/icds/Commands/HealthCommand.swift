import ArgumentParser
import Contract
import Wire

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask the daemon whether it can do its work.",
        discussion: """
            Exits with 7 where the daemon answers that it does not serve.

            EXAMPLE:
              icds health && echo ready
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await Session.run(common) { session in
            let answer = try await HealthServiceClient(session.client)
                .check(CheckRequest(), options: session.callOptions)
            session.show(answer) {
                var outline = Outline()
                outline.heading("Daemon at \(session.settings.text(.server) ?? "")")
                outline.field("status", EnumText.label(answer.status))
                outline.field("reason", answer.reason)
                outline.field("version", answer.version)
                outline.field("schema version", String(answer.schemaVersion))
                return outline.rendered()
            }
            if answer.status != .serving { throw ReportedFailure(status: .tryAgain) }
        }
    }
}
