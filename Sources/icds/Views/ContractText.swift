import Wire

/// The contract for people: what a service is for, what a method takes and answers.
struct ContractText {
    let types: DescriptorSet
    let columnsMax: Int?

    func text(_ subject: ServerContract.Subject) -> String {
        switch subject {
        case .service(let service): list([service])
        case .method(let method): text(method)
        case .message(let message): text(message)
        case .enumeration(let found): text(found)
        }
    }

    /// Services, each with its methods and their first sentences.
    func list(_ services: [DynamicService]) -> String {
        services.map { service in
            var table = Table([.fixed("method"), .fixed("callers"), .flexible("what it does")])
            for method in service.methods {
                table.add([
                    method.descriptor.name, ContractNames.callers(method.descriptor),
                    Self.firstSentence(method.documentation),
                ])
            }
            return SafeText.line(service.name) + "\n"
                + Self.wrapped(service.documentation, indent: 2)
                + "\n" + table.rendered(columnsMax: columnsMax)
        }.joined(separator: "\n")
    }

    private func text(_ method: DynamicMethod) -> String {
        let descriptor = method.descriptor
        var text = SafeText.line(descriptor.fullName) + "\n\n"
        text += Self.wrapped(method.documentation, indent: 2) + "\n"
        var traits = ["May be called by: \(ContractNames.callers(descriptor))."]
        if descriptor.isAudited { traits.append("Every call is logged with the municipality.") }
        if descriptor.hasNoSideEffects {
            traits.append("Changes nothing.")
        } else if descriptor.isIdempotent {
            traits.append("Calling it twice does no more than once.")
        }
        text += Self.wrapped(traits.joined(separator: " "), indent: 2) + "\n"
        let (requests, answers) =
            switch descriptor.kind {
            case .unary: ("Request", "Answer")
            case .serverStream: ("Request", "Any number of answers, each")
            case .clientStream: ("Any number of requests, each", "Answer")
            case .bidirectional:
                ("Any number of requests, each", "Any number of answers, each")
            }
        text += "\(requests), \(descriptor.requestType):\n" + fields(descriptor.requestType) + "\n"
        text += "\(answers), \(descriptor.responseType):\n" + fields(descriptor.responseType)
        return text
    }

    private func text(_ message: DynamicMessageType) -> String {
        SafeText.line(message.name) + "\n\n" + Self.wrapped(message.documentation, indent: 2) + "\n"
            + fields(message.name)
    }

    private func text(_ found: DynamicEnum) -> String {
        let values = found.values.map { value in
            SafeText.line("  \(value.name) = \(value.number)") + "\n"
                + Self.wrapped(value.documentation, indent: 6)
        }
        return SafeText.line(found.name) + "\n\n" + Self.wrapped(found.documentation, indent: 2)
            + "\n" + values.joined()
    }

    private func fields(_ message: String) -> String {
        let fields = types.messages[message]?.fields ?? []
        if fields.isEmpty { return "  no fields\n" }
        return fields.map { field in
            let type = ContractNames.type(of: field, in: types)
            let choice = field.oneof == nil ? "" : " (one of a choice)"
            return SafeText.line("  \(field.jsonName): \(type)\(choice)") + "\n"
                + Self.wrapped(field.documentation, indent: 6)
        }.joined()
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
        for paragraph in SafeText.block(text).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
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
