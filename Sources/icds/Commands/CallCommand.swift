import ArgumentParser
import Contract
import Wire

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call any method with JSON and print the answer as JSON.",
        discussion: """
            A request is proto3's JSON mapping of the method's request message: as an argument, \
            from a file (@file), or from standard input (-). Where the method is one for personal \
            data and the request has no "access", it is made from --user, --purpose and --reason. \
            The server tells which methods and fields there are: `icds describe METHOD` shows them.

            A method that takes a stream has one request an argument; - reads one a line from \
            standard input, and sends each as it comes. A method that answers with a stream prints \
            one answer a line, as it comes.

            EXAMPLES:
              icds call icds.v1.HealthService/Check '{}'
              icds call ClientService/GetClient '{"clientId": "0d4f…"}' --user m.virtanen
              icds call icds.v1.ClientService/CreateClient @client.json --user m.virtanen
            """)

    /// Twice what a frame holds: JSON is wider than protobuf.
    static let jsonBytesMax = 8_388_608

    @Argument(help: "The method: icds.v1.ClientService/GetClient. \"icds.v1.\" may be left out.")
    var method: String

    @Argument(help: "The request: JSON, @file, or - for standard input. {} where none is given.")
    var requests: [String] = []

    @OptionGroup var access: AccessOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        // What can be read before a connection is made is read, so that a mistake costs none.
        let given = try requests.filter { $0 != "-" }.map { try Self.json($0) }
        let settings = try common.resolved(user: access.user)
        try await Session.run(common, user: access.user) { session in
            let contract = try await ServerContract.of(session)
            let context = access.isGiven(settings) ? try access.context(settings).json : nil
            let call = MethodCall(
                session: session, types: contract.types, method: try contract.method(method),
                access: context)
            let isStream = call.takesStream
            guard isStream || requests.count <= 1 else {
                throw UsageError("\(call.name) takes one request")
            }
            if isStream, requests.isEmpty || requests == ["-"] {
                try await call.run(.standardInput(bytesMax: Self.jsonBytesMax))
            } else if requests == ["-"] {
                try await call.run(.values([try Self.json("-")]))
            } else if given.count == requests.count {
                try await call.run(.values(given.isEmpty && !isStream ? [.object([])] : given))
            } else {
                throw UsageError("- cannot stand beside other requests")
            }
        }
    }

    static func json(_ argument: String) throws(UsageError) -> JSONValue {
        let text: String
        if argument == "-" {
            text = try InputFile.text("-", bytesMax: jsonBytesMax)
        } else if argument.hasPrefix("@") {
            text = try InputFile.text(String(argument.dropFirst()), bytesMax: jsonBytesMax)
        } else {
            text = argument
        }
        return try json(parsing: text)
    }

    static func json(parsing text: String) throws(UsageError) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw UsageError("the request is no JSON: \(error)")
        }
    }
}

extension AccessOptions {
    /// Whether there is a user, and so an access context.
    fileprivate func isGiven(_ settings: ResolvedSettings) -> Bool {
        settings.text(.user) != nil
    }
}
