import ArgumentParser
import Contract
import Wire

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call any method with JSON and print the answer as JSON.",
        discussion: """
            The request is proto3's JSON mapping of the method's request message: as an argument, \
            from a file (@file), or from standard input (-). Where the method is one for personal \
            data and the request has no "access", it is made from --user, --purpose and --reason. \
            `icds describe METHOD` shows the fields.

            EXAMPLES:
              icds call icds.v1.HealthService/Check '{}'
              icds call ClientService/GetClient '{"clientId": "0d4f…"}' --user m.virtanen
              icds call icds.v1.ClientService/CreateClient @client.json --user m.virtanen
            """)

    /// Twice what a frame holds: JSON is wider than protobuf.
    static let jsonBytesMax = 8_388_608

    @Argument(help: "The method: icds.v1.ClientService/GetClient. \"icds.v1.\" may be left out.")
    var method: String

    @Argument(help: "The request: JSON, @file, or - for standard input.")
    var request: String = "{}"

    @OptionGroup var access: AccessOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let method = try MethodNames.find(method)
        let value = try Self.json(request)
        let settings = try common.resolved(user: access.user)
        let complete = try Self.completed(value, for: method, access: access, settings: settings)
        let payload: [UInt8]
        do {
            payload = try method.requestBytes(fromJSON: complete.text())
        } catch let error as JSONError {
            throw UsageError("the request is no \(method.descriptor.requestType): \(error)")
        }
        try await Session.run(common, user: access.user) { session in
            let answer = try await session.client.callRaw(
                method: method.descriptor.fullName, payload: payload,
                options: session.callOptions)
            let json = try method.responseJSON(fromBytes: answer)
            Terminal.write(json.text(indented: true) + "\n")
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
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw UsageError("the request is no JSON: \(error)")
        }
    }

    /// The request with an access context where it needs one and the command line gives a user.
    static func completed(
        _ request: JSONValue, for method: ContractMethod, access: AccessOptions,
        settings: ResolvedSettings
    ) throws -> JSONValue {
        guard method.descriptor.isAudited, settings.text(.user) != nil,
            let members = request.members, request["access"] == nil,
            method.requestFields.contains(where: { $0.name == "access" })
        else { return request }
        let context = try access.context(settings)
        return .object([JSONMember(name: "access", value: context.json)] + members)
    }
}
