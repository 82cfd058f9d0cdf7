import ArgumentParser
import Wire

struct DescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show the contract: services, their methods, fields, values and errors.",
        discussion: """
            The server tells what it speaks, so that this shows its version and not that of `icds`. \
            A name is a service, a method, a message or an enum; "icds.v1." may be left out.

            EXAMPLES:
              icds describe
              icds describe SharingService
              icds describe icds.v1.SharingService/Fetch
              icds describe Client
            """)

    @Argument(help: "A service, a method, a message or an enum; nothing: all services.")
    var name: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await Session.run(common) { session in
            let contract = try await ServerContract.of(session)
            let subject = try name.map { try contract.subject($0) }
            switch common.output.output {
            case .json:
                let json = ContractJSON(types: contract.types)
                let value = subject.map(json.value) ?? json.value(of: contract.services)
                Terminal.write(value.text(indented: true) + "\n")
            case .table:
                let text = ContractText(
                    types: contract.types, columnsMax: common.output.columnsMax)
                Terminal.write(subject.map(text.text) ?? text.list(contract.services))
            }
        }
    }
}
