import ArgumentParser
import Contract
import Wire

struct ConnectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connections",
        abstract: "Who is connected to the daemon, and what each has done (operator).",
        subcommands: [ConnectionsList.self, ConnectionsShow.self, ConnectionsTotals.self],
        defaultSubcommand: ConnectionsList.self)
}

struct ConnectionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the open connections, the longest open first.",
        discussion: """
            EXAMPLES:
              icds connections
              icds connections --organisation 837 --output json
              icds connections --watch 2s
            """)

    @Option(help: ArgumentHelp("Only of this one. \(OrganisationArgument.help)"))
    var organisation: OrganisationArgument?

    @Option(
        help: ArgumentHelp(
            "List again and again, with this long between: 2s, 500ms. Ctrl-C ends it.",
            valueName: "time"))
    var watch: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let pause = try watch.map { try TimeLimit($0).duration }
        try await Session.run(common) { session in
            try await show(session)
            while let pause {
                try await Task.sleep(for: pause)
                if common.output.output == .table { Terminal.clear() }
                try await show(session)
            }
        }
    }

    private func show(_ session: Session) async throws {
        let service = ConnectionServiceClient(session.client)
        let connections = try await Pages.all { token in
            let request = ListConnectionsRequest.with {
                $0.organisationKind = organisation?.kind ?? .unspecified
                $0.organisationCode = organisation?.code ?? ""
                $0.pageToken = token
            }
            let answer = try await service.listConnections(request, options: session.callOptions)
            return (answer.connections, answer.nextPageToken)
        }
        session.show(ListConnectionsResponse.with { $0.connections = connections }) {
            ConnectionView.table(connections, columnsMax: common.output.columnsMax)
        }
    }
}

struct ConnectionsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one connection, with its refused calls by reason.",
        discussion: """
            EXAMPLE:
              icds connections show 42
            """)

    @Argument(help: "Id of the connection (`icds connections`).")
    var id: UInt64

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await Session.run(common) { session in
            let answer = try await ConnectionServiceClient(session.client).getConnection(
                GetConnectionRequest.with { $0.id = id }, options: session.callOptions)
            session.show(answer) { ConnectionView.outline(answer.connection ?? Connection()) }
        }
    }
}

struct ConnectionsTotals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "totals", abstract: "What the daemon has done since it was started.",
        discussion: """
            EXAMPLE:
              icds connections totals
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await Session.run(common) { session in
            let answer = try await ConnectionServiceClient(session.client).getServerTotals(
                GetServerTotalsRequest(), options: session.callOptions)
            session.show(answer) { ConnectionView.outline(answer.totals ?? ServerTotals()) }
        }
    }
}
