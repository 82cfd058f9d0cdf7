import ArgumentParser
import Contract
import Wire

struct AccessesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accesses",
        abstract:
            "Who has accessed a municipality's clients' data, when, for what, on what ground.",
        subcommands: [AccessesList.self])
}

struct AccessesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List accesses, newest first.",
        discussion: """
            The listing is an access itself and appears in later listings.

            EXAMPLES:
              icds accesses list --client 0d4f… --user m.virtanen --purpose log-oversight
              icds accesses list --limit 20 --wide
            """)

    @Option(name: .customLong("client"), help: "Only of this client, by its id.")
    var clientID: String?

    @Option(help: "At most this many.")
    var limit = 100

    @OptionGroup var access: AccessOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...1_000_000).contains(limit) else {
            throw ValidationError("--limit lies from 1 to 1000000.")
        }
    }

    func run() async throws {
        try await Session.run(common, user: access.user) { session in
            let context = try access.context(session.settings)
            let audit = AuditServiceClient(session.client)
            let accesses = try await Pages.all(limit: limit) { token in
                let request = ListAccessesRequest.with {
                    $0.access = context
                    $0.clientID = clientID ?? ""
                    $0.pageSize = UInt32(min(limit, 1000))
                    $0.pageToken = token
                }
                let answer = try await audit.listAccesses(request, options: session.callOptions)
                return (answer.accesses, answer.nextPageToken)
            }
            session.show(ListAccessesResponse.with { $0.accesses = accesses }) {
                AccessView.table(accesses, columnsMax: common.output.columnsMax)
            }
        }
    }
}
