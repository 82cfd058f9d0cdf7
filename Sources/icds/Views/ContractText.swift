import Contract
import Wire

/// The contract for people: what a service is for, what a method takes and answers.
enum ContractText {
    /// Services in the order of the contract, each with its methods and their first sentences.
    static func list(_ methods: [ContractMethod], columnsMax: Int?) -> String {
        var text = ""
        var services: [String] = []
        for method in methods where !services.contains(method.descriptor.service) {
            services.append(method.descriptor.service)
        }
        for service in services {
            let own = methods.filter { $0.descriptor.service == service }
            if !text.isEmpty { text += "\n" }
            text += service + "\n"
            text += wrapped(own.first?.serviceDocumentation ?? "", indent: 2) + "\n"
            var table = Table([.fixed("method"), .fixed("callers"), .flexible("what it does")])
            for method in own {
                table.add([
                    method.descriptor.name, callers(method), firstSentence(method.documentation),
                ])
            }
            text += table.rendered(columnsMax: columnsMax)
        }
        return text
    }

    static func text(_ method: ContractMethod) -> String {
        let descriptor = method.descriptor
        var text = descriptor.fullName + "\n\n"
        text += wrapped(method.documentation, indent: 2) + "\n"
        var traits = ["May be called by: \(callers(method))."]
        if descriptor.isAudited { traits.append("Every call is logged with the municipality.") }
        if descriptor.hasNoSideEffects {
            traits.append("Changes nothing.")
        } else if descriptor.isIdempotent {
            traits.append("Calling it twice does no more than once.")
        }
        text += wrapped(traits.joined(separator: " "), indent: 2) + "\n"
        text += "Request, \(descriptor.requestType):\n" + fields(method.requestFields) + "\n"
        text += "Answer, \(descriptor.responseType):\n" + fields(method.responseFields)
        return text
    }

    static func json(_ method: ContractMethod) -> JSONValue {
        let fields = { (fields: [ContractField]) in
            JSONValue.array(
                fields.map {
                    .object([
                        JSONMember(name: "name", value: .string($0.name)),
                        JSONMember(name: "type", value: .string($0.type)),
                        JSONMember(name: "documentation", value: .string($0.documentation)),
                    ])
                })
        }
        let descriptor = method.descriptor
        return .object([
            JSONMember(name: "name", value: .string(descriptor.fullName)),
            JSONMember(name: "documentation", value: .string(method.documentation)),
            JSONMember(name: "callers", value: .string(callers(method))),
            JSONMember(name: "audited", value: .bool(descriptor.isAudited)),
            JSONMember(name: "requestType", value: .string(descriptor.requestType)),
            JSONMember(name: "requestFields", value: fields(method.requestFields)),
            JSONMember(name: "responseType", value: .string(descriptor.responseType)),
            JSONMember(name: "responseFields", value: fields(method.responseFields)),
        ])
    }

    private static func fields(_ fields: [ContractField]) -> String {
        if fields.isEmpty { return "  no fields\n" }
        return fields.map { field in
            "  \(field.name): \(field.type)\n" + wrapped(field.documentation, indent: 6)
        }.joined()
    }

    private static func callers(_ method: ContractMethod) -> String {
        let named: [(CallerKinds, String)] = [
            (.municipality, "municipality"), (.county, "county"), (.operator, "operator"),
            (.agency, "agency"),
        ]
        let names = named.filter { method.descriptor.callers.contains($0.0) }.map(\.1)
        return names.isEmpty ? "nobody" : names.joined(separator: ", ")
    }

    private static func firstSentence(_ text: String) -> String {
        let paragraph = text.split(separator: "\n", maxSplits: 1).first ?? ""
        guard let end = paragraph.firstRange(of: ". ") else { return String(paragraph) }
        return String(paragraph[..<end.lowerBound]) + "."
    }

    /// Text broken between words at 80 columns, paragraphs kept.
    static func wrapped(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = ""
            for word in paragraph.split(separator: " ") {
                let columns = DisplayWidth.columns(of: line) + 1 + DisplayWidth.columns(of: word)
                if !line.isEmpty && columns + indent > 80 {
                    lines.append(margin + line)
                    line = String(word)
                } else {
                    line += line.isEmpty ? word : " " + word
                }
            }
            lines.append(line.isEmpty ? "" : margin + line)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
