/// The place of a call in a trace across systems, as W3C Trace Context defines it
/// (https://www.w3.org/TR/trace-context/): the metadata `traceparent` and `tracestate`.
public struct TraceContext: Sendable, Hashable {
    /// Metadata key of trace id, parent id and flags.
    static let parentKey = "traceparent"
    /// Metadata key of what tracing systems add of their own.
    static let stateKey = "tracestate"
    /// Bytes of a `tracestate` that is carried on; a longer one is left out, as the specification
    /// allows.
    static let stateBytesMax = 512

    /// 32 lower-case hexadecimal digits, not all zero: the same in every call of the trace.
    public let traceID: String
    /// 16 lower-case hexadecimal digits, not all zero: the caller's own step.
    public let parentID: String
    /// Bit 0: the caller records this trace.
    public let flags: UInt8
    /// What tracing systems added, unread; empty where there is nothing.
    public let state: String

    /// Reads the two values.
    ///
    /// - Returns: nil for a `traceparent` that is not one. Later versions are read as far as version
    ///   0 goes, as the specification says.
    public init?(traceparent: String, tracestate: String = "") {
        let bytes = Array(traceparent.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Self.hexadecimal(bytes[0..<2]), version != 255,
            version == 0 ? bytes.count == 55 : bytes.count == 55 || bytes[55] == dash,
            Self.isIdentifier(bytes[3..<35]), Self.isIdentifier(bytes[36..<52]),
            let flags = Self.hexadecimal(bytes[53..<55])
        else { return nil }
        traceID = String(decoding: bytes[3..<35], as: UTF8.self)
        parentID = String(decoding: bytes[36..<52], as: UTF8.self)
        self.flags = flags
        let isState =
            tracestate.utf8.count <= Self.stateBytesMax
            && tracestate.utf8.allSatisfy { (0x20...0x7e).contains($0) }
        state = isState ? tracestate : ""
    }

    /// The values of a call's metadata; nil where there is no valid `traceparent`, or more than one.
    init?(_ metadata: Metadata) {
        let parents = metadata.entries.filter { $0.key == Self.parentKey }
        guard parents.count == 1, let parent = metadata.text(Self.parentKey) else { return nil }
        // Several `tracestate` entries are one list.
        let state = metadata.entries.filter { $0.key == Self.stateKey }
            .map { String(decoding: $0.value, as: UTF8.self) }.joined(separator: ",")
        self.init(traceparent: parent, tracestate: state)
    }

    /// The value of `traceparent`.
    public var traceparent: String {
        let digits = String(flags, radix: 16)
        return "00-\(traceID)-\(parentID)-\(digits.count == 1 ? "0" : "")\(digits)"
    }

    private static func isIdentifier(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.allSatisfy { value(of: $0) != nil } && digits.contains { $0 != UInt8(ascii: "0") }
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        var number: UInt8 = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            number = number << 4 | value
        }
        return number
    }

    /// The value of a digit; upper case is not allowed.
    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension Metadata {
    /// Adds a trace context, in place of what there is of one.
    mutating func set(_ context: TraceContext) {
        entries.removeAll { $0.key == TraceContext.parentKey || $0.key == TraceContext.stateKey }
        append(TraceContext.parentKey, context.traceparent)
        if !context.state.isEmpty { append(TraceContext.stateKey, context.state) }
    }
}
