import ArgumentParser
import Contract
import Wire

struct ClientsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients",
        abstract: "A municipality's own clients: get, find, create, watch. Each use is logged.",
        subcommands: [ClientsGet.self, ClientsFind.self, ClientsCreate.self, ClientsWatch.self])
}

struct ClientsGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Read one client by its id.",
        discussion: """
            EXAMPLE:
              icds clients get 0d4f… --user m.virtanen --reason "meeting with the client"
            """)

    @Argument(help: "Id of the client.")
    var clientID: String

    @OptionGroup var access: AccessOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await Session.run(common, user: access.user) { session in
            let request = try GetClientRequest.with {
                $0.access = try access.context(session.settings)
                $0.clientID = clientID
            }
            let answer = try await ClientServiceClient(session.client)
                .getClient(request, options: session.callOptions)
            session.show(answer) { ClientView.text(answer.client ?? Client()) }
        }
    }
}

struct ClientsFind: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Find one client by the exact personal identity code.",
        discussion: """
            The code is read from standard input where it is given as "-", so that it stays out of \
            the shell's history and the list of processes.

            EXAMPLE:
              icds clients find - --user m.virtanen < code.txt
            """)

    @Argument(help: "The personal identity code, 11 characters, or - for standard input.")
    var identityCode: String

    @OptionGroup var access: AccessOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let code = try IdentityCodeInput.read(identityCode)
        try await Session.run(common, user: access.user) { session in
            let request = try FindClientRequest.with {
                $0.access = try access.context(session.settings)
                $0.identityCode = code
            }
            let answer = try await ClientServiceClient(session.client)
                .findClient(request, options: session.callOptions)
            session.show(answer) { ClientView.text(answer.client ?? Client()) }
        }
    }
}

struct ClientsCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Record a new client from JSON.",
        discussion: """
            The file holds one icds.v1.Client by proto3's JSON mapping; `icds describe \
            icds.v1.ClientService/CreateClient` says more.

            EXAMPLE:
              echo '{"name": {"givenNames": "Ada", "familyName": "Example"}}' |
                icds clients create - --user m.virtanen
            """)

    /// A client at the limits of its texts has far less.
    static let jsonBytesMax = 1_048_576

    @Argument(help: "File with the client, or - for standard input.", completion: .file())
    var file: String

    @OptionGroup var access: AccessOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let text = try InputFile.text(file, bytesMax: Self.jsonBytesMax)
        let client: Client
        do {
            client = try Client(jsonString: text)
        } catch {
            throw UsageError("\(file == "-" ? "standard input" : file): \(error)")
        }
        try await Session.run(common, user: access.user) { session in
            let request = try CreateClientRequest.with {
                $0.access = try access.context(session.settings)
                $0.client = client
                $0.idempotencyKey = IdempotencyKey.random()
            }
            let answer = try await ClientServiceClient(session.client)
                .createClient(request, options: session.callOptions)
            session.show(answer) { ClientView.text(answer.client ?? Client()) }
        }
    }
}

/// A personal identity code from the command line or, out of sight, from standard input.
enum IdentityCodeInput {
    static func read(_ argument: String) throws(UsageError) -> String {
        guard argument == "-" else { return argument }
        let text = try InputFile.text("-", bytesMax: 1024)
        return text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    }
}
