import ArgumentParser
import Contract
import Wire

struct OrganisationsLog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show who changed what in the register, latest first.",
        discussion: """
            Every change of a municipality, area, membership, organisation, certificate or sharing \
            rule leaves an entry. One without a certificate was made past the service: by the daemon \
            at its start, by a migration, or by an administrator of the database.

            EXAMPLES:
              icds organisations log
              icds organisations log --limit 1000 --output json
            """)

    /// The most that one answer holds.
    static let limitMax: UInt32 = 1_000

    @Option(help: "At most this many entries, at most \(limitMax).")
    var limit: UInt32 = 100

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...Self.limitMax).contains(limit) else {
            throw ValidationError("--limit is a number from 1 to \(Self.limitMax).")
        }
    }

    func run() async throws {
        try await Session.run(common) { session in
            let request = ListRegistryChangesRequest.with { $0.pageSize = limit }
            let answer = try await RegistryServiceClient(session.client)
                .listRegistryChanges(request, options: session.callOptions)
            session.show(answer) {
                answer.changes.map(RegistryChangeView.outline).joined(separator: "\n")
            }
        }
    }
}
