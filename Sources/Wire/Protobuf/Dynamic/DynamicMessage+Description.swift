extension DynamicMessage: CustomStringConvertible {
    /// As of a generated type: no personal data, bytes as their count, one line.
    public var description: String {
        if let wellKnown { return wellKnown.description }
        var text = RedactedText(type.shortName)
        for field in orderedFields {
            guard let value = values[field.number] else { continue }
            if field.isPersonal {
                text.addRedacted(field.name)
            } else {
                append(value, field, to: &text)
            }
        }
        return text.finished
    }

    private func append(_ value: DynamicValue, _ field: DynamicField, to text: inout RedactedText) {
        switch value {
        case .list(let elements):
            text.addList(field.name, elements) { shown($0, field) }
        case .map(let entries): text.addCount(field.name, entries.count)
        default: text.put(field.name, shown(value, field))
        }
    }

    private func shown(_ value: DynamicValue, _ field: DynamicField) -> String {
        switch value {
        case .bool(let flag): String(flag)
        case .int32(let number): String(number)
        case .int64(let number): String(number)
        case .uint32(let number): String(number)
        case .uint64(let number): String(number)
        case .string(let text): RedactedText.quoted(text)
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .enumeration(let number): enumName(number, field) ?? String(number)
        case .message(let message): message.description
        case .list(let elements): "\(elements.count) elements"
        case .map(let entries): "\(entries.count) entries"
        }
    }
}
