import ArgumentParser
import Contract
import Wire

struct DescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show the contract: services, their methods, a method's fields and errors.",
        discussion: """
            Connects to nothing.

            EXAMPLES:
              icds describe
              icds describe SharingService
              icds describe icds.v1.SharingService/Fetch
            """)

    @Argument(help: "A service or a method; nothing: all services.")
    var name: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let methods = try Self.methods(named: name)
        switch output.output {
        case .json:
            let values = methods.map(ContractText.json)
            Terminal.write(
                JSONValue.object([JSONMember(name: "methods", value: .array(values))])
                    .text(indented: true) + "\n")
        case .table:
            let columnsMax = output.columnsMax
            if name?.contains("/") == true, let method = methods.first {
                Terminal.write(ContractText.text(method))
            } else {
                Terminal.write(ContractText.list(methods, columnsMax: columnsMax))
            }
        }
    }

    static func methods(named name: String?) throws(UsageError) -> [ContractMethod] {
        guard let name else { return ContractMethods.all }
        if name.contains("/") { return [try MethodNames.find(name)] }
        let methods = ContractMethods.all.filter {
            $0.descriptor.service == name || $0.descriptor.service == MethodNames.package + name
        }
        guard methods.isEmpty else { return methods }
        let services = Set(ContractMethods.all.map(\.descriptor.service)).sorted()
        throw UsageError(
            "there is no service \"\(name)\"; there are \(services.joined(separator: ", "))")
    }
}
