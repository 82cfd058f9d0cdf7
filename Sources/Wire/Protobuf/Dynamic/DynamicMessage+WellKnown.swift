extension DynamicMessage {
    /// This message as the generated code's value, where JSON writes its type in a form of its own.
    var wellKnown: (any WireMessage)? {
        switch type.name {
        case Timestamp.messageName: Timestamp(seconds: seconds, nanos: nanos)
        case WireDuration.messageName: WireDuration(seconds: seconds, nanos: nanos)
        case FieldMask.messageName: FieldMask(paths: paths)
        default: nil
        }
    }

    /// Reads one of those types.
    ///
    /// - Returns: false where this message is none of them.
    mutating func readWellKnown(_ json: JSONValue) throws(JSONError) -> Bool {
        switch type.name {
        case Timestamp.messageName:
            let value = try Timestamp(json: json)
            set(seconds: value.seconds, nanos: value.nanos)
        case WireDuration.messageName:
            let value = try WireDuration(json: json)
            set(seconds: value.seconds, nanos: value.nanos)
        case FieldMask.messageName:
            let value = try FieldMask(json: json)
            values[1] = value.paths.isEmpty ? nil : .list(value.paths.map { .string($0) })
        default: return false
        }
        return true
    }

    private mutating func set(seconds: Int64, nanos: Int32) {
        values[1] = seconds == 0 ? nil : .int64(seconds)
        values[2] = nanos == 0 ? nil : .int32(nanos)
    }

    private var seconds: Int64 {
        if case .int64(let seconds) = values[1] { seconds } else { 0 }
    }

    private var nanos: Int32 {
        if case .int32(let nanos) = values[2] { nanos } else { 0 }
    }

    private var paths: [String] {
        guard case .list(let elements) = values[1] else { return [] }
        return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}
