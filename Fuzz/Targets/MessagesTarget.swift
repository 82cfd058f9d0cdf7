#if DEBUG
    import Contract
    @testable import Wire

    /// Decodes a message, and looks whether what was read comes back by each way out.
    ///
    /// Two bytes choose the message, one whether the rest is bytes (even) or JSON text (odd).
    enum MessagesTarget {
        static func run(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
            guard bytes.count >= 3 else { return }
            let place = Int(bytes[0]) << 8 | Int(bytes[1])
            let type = types.first { $0.place >= place } ?? types[0]
            let content = UnsafeRawBufferPointer(rebasing: bytes[3...])
            if bytes[2] % 2 == 0 {
                try decode(type.type, content)
            } else {
                try parse(type.type, content)
            }
        }

        /// Every message by a hash of its name, so that a new one moves the choice of few inputs.
        private static let types = (FrameMessageList.all + ContractMessageList.all).map { type in
            let hash = type.messageName.utf8.reduce(0x811c_9dc5 as UInt32) {
                ($0 ^ UInt32($1)) &* 0x0100_0193
            }
            return (place: Int(hash >> 16), type: type)
        }.sorted { $0.place < $1.place }

        /// Limits for what we encoded ourselves: an input may have had more bytes, and with them a
        /// larger budget.
        private static let wide = MessageLimits(
            arenaBytesPerWireByte: 4_096, arenaBytesBase: 1_048_576)

        private static func decode<Message: WireMessage>(
            _ type: Message.Type, _ bytes: UnsafeRawBufferPointer
        ) throws(FuzzFinding) {
            guard let message = try? Message(decoding: bytes) else { return }
            try roundTrip(message)
            try jsonRoundTrip(message)
            _ = message.description
        }

        private static func parse<Message: WireMessage>(
            _ type: Message.Type, _ bytes: UnsafeRawBufferPointer
        ) throws(FuzzFinding) {
            guard let text = String(validating: bytes, as: UTF8.self),
                let message = try? Message(jsonString: text)
            else { return }
            try jsonRoundTrip(message)
            // JSON may hold U+0000 and nest deeper than messages may.
            guard (try? message.encoded()) != nil else { return }
            try roundTrip(message)
        }

        /// Encodes, decodes and encodes.
        private static func roundTrip<Message: WireMessage>(
            _ message: Message
        ) throws(FuzzFinding) {
            do throws(RPCStatus) {
                let encoded = try message.encoded()
                let again = try Message(decoding: encoded, limits: wide)
                guard again == message, try again.encoded() == encoded else {
                    throw RPCStatus(.internal, "DIFFERENT", "read as \(again)")
                }
            } catch {
                throw FuzzFinding(description: "\(message): \(error)")
            }
        }

        /// Writes JSON, reads it and writes it again.
        private static func jsonRoundTrip<Message: WireMessage>(
            _ message: Message
        ) throws(FuzzFinding) {
            let written = message.json
            let text = written.text()
            do throws(JSONError) {
                let parsed = try JSONValue(parsing: text)
                guard parsed == written else { throw JSONError("other text") }
                // A time out of range is written as null, which reads as nothing.
                if hasNull(written) { return }
                let again = try Message(json: parsed)
                guard again.json == written else { throw JSONError("other values") }
            } catch {
                // Paths that are no fields' names have no JSON.
                if "\(error)".contains("lower camel case") { return }
                throw FuzzFinding(description: "\(error) in \(text)")
            }
        }

        private static func hasNull(_ value: JSONValue) -> Bool {
            switch value {
            case .null: true
            case .array(let elements): elements.contains(where: hasNull)
            case .object(let members): members.contains { hasNull($0.value) }
            default: false
            }
        }
    }
#endif
