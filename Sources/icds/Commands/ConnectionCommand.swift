import ArgumentParser
import Wire

struct ConnectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connection",
        abstract: "Show the settings that count here, and where each comes from.",
        discussion: """
            Connects to nothing and reads no key.

            EXAMPLE:
              icds connection --profile tampere
            """)

    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.resolved()
        switch common.output.output {
        case .json:
            let members = Setting.allCases.map { setting in
                let value = settings.values[setting].map { value in
                    JSONValue.object([
                        JSONMember(name: "value", value: .string(value.text)),
                        JSONMember(name: "from", value: .string(value.origin)),
                    ])
                }
                return JSONMember(name: setting.rawValue, value: value ?? .null)
            }
            Terminal.write(JSONValue.object(members).text(indented: true) + "\n")
        case .table:
            var table = Table([.fixed("setting"), .flexible("value"), .fixed("from")])
            for setting in Setting.allCases {
                let value = settings.values[setting]
                table.add([setting.rawValue, value?.text ?? "", value?.origin ?? "not given"])
            }
            Terminal.write(table.rendered(columnsMax: common.output.columnsMax))
        }
    }
}
