import ArgumentParser
import Contract
import RegisterData
import Wire

struct RegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "The national register of municipalities and areas.",
        subcommands: [RegisterLoad.self])
}

struct RegisterLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Load the national register into the daemon.",
        discussion: """
            The register that this program was built with, or the files municipalities.csv, \
            areas.csv and memberships.csv of a folder. Rows are added or replaced; none is removed.

            EXAMPLES:
              icds register load
              icds register load --from register --check
            """)

    /// Ten times the size of the files today.
    static let fileBytesMax = 1_048_576

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("Folder with the three files.", valueName: "folder"),
        completion: .directory)
    var folder: String?

    @Flag(help: "Read and check the files only; send nothing.")
    var check = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let register = try read()
        if check {
            Terminal.write(
                "In order: \(register.municipalities.count) municipalities, "
                    + "\(register.areas.count) areas, \(register.memberships.count) memberships.\n")
            return
        }
        try await Session.run(common) { session in
            var request = register.loadRequest
            request.idempotencyKey = IdempotencyKey.random()
            let answer = try await RegistryServiceClient(session.client)
                .loadRegister(request, options: session.callOptions)
            session.show(answer) {
                var outline = Outline()
                outline.heading("The register today")
                outline.field("municipalities", String(answer.municipalityCount))
                outline.field("counties", String(answer.countyCount))
                outline.field("rows changed", String(answer.changedCount))
                return outline.rendered()
            }
        }
    }

    private func read() throws -> NationalRegister {
        do {
            guard let folder else { return try NationalRegister.embedded() }
            return try NationalRegister { file in
                try InputFile.bytes("\(folder)/\(file.rawValue)", bytesMax: Self.fileBytesMax)
            }
        } catch let error as RegisterError {
            throw UsageError("\(error)")
        }
    }
}
