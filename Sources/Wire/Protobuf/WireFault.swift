/// What the scanner, or protobuf-c after it, finds wrong with a message's bytes.
enum WireFault: Error, Equatable {
    case truncated
    case badTag
    case badVarint
    case badLength
    case group
    case wrongWireType
    case badPackedField
    case rejectedByDecoder
    case invalidUTF8
    case nulInString
    case nestingTooDeep
    case tooManyFields
    case tooManyElements
    case tooManyUnknownFields
    case memoryBudget
}

extension RPCStatus {
    /// The one mapping from faults in a message's bytes to statuses. gRPC answers a message that
    /// its library cannot decode with INTERNAL, and one beyond a limit with RESOURCE_EXHAUSTED.
    init(_ fault: WireFault) {
        let malformed = "The message is not valid protobuf: "
        let complex = "The message is beyond a limit: "
        let (code, reason, text): (RPCCode, String, String) =
            switch fault {
            case .truncated:
                (.internal, "MALFORMED_MESSAGE", malformed + "it ends within a field.")
            case .badTag:
                (.internal, "MALFORMED_MESSAGE", malformed + "a tag is out of range.")
            case .badVarint:
                (.internal, "MALFORMED_MESSAGE", malformed + "a varint is over 64 bits.")
            case .badLength:
                (.internal, "MALFORMED_MESSAGE", malformed + "a length is out of range.")
            case .group:
                (.internal, "MALFORMED_MESSAGE", malformed + "a group or an unknown wire type.")
            case .wrongWireType:
                (.internal, "MALFORMED_MESSAGE", malformed + "a field has the wrong wire type.")
            case .badPackedField:
                (.internal, "MALFORMED_MESSAGE", malformed + "a packed field ends within a value.")
            case .rejectedByDecoder:
                (.internal, "MALFORMED_MESSAGE", malformed + "the decoder refuses it.")
            case .invalidUTF8:
                (.internal, "INVALID_UTF8", "A string of the message is not valid UTF-8.")
            case .nulInString:
                (.internal, "NUL_IN_STRING", "A string of the message contains U+0000.")
            case .nestingTooDeep:
                (.internal, "NESTING_TOO_DEEP", "The message is nested too deep.")
            case .tooManyFields:
                (.resourceExhausted, "MESSAGE_TOO_COMPLEX", complex + "number of fields.")
            case .tooManyElements:
                (.resourceExhausted, "MESSAGE_TOO_COMPLEX", complex + "number of elements.")
            case .tooManyUnknownFields:
                (.resourceExhausted, "MESSAGE_TOO_COMPLEX", complex + "number of unknown fields.")
            case .memoryBudget:
                (.resourceExhausted, "MESSAGE_TOO_COMPLEX", complex + "memory it would take.")
            }
        self.init(code, reason, text)
    }
}
