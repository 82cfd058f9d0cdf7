import CContract

/// A length of time (`google.protobuf.Duration`). Seconds and nanoseconds have the same sign.
public struct WireDuration: WireMessage, Hashable {
    public static let messageName = "google.protobuf.Duration"

    /// Seconds, at most about 10 000 years either way in valid durations.
    public var seconds: Int64 = 0
    /// Nanoseconds besides, -999 999 999 to 999 999 999.
    public var nanos: Int32 = 0

    private static let validSeconds: ClosedRange<Int64> = -315_576_000_000...315_576_000_000

    public init() {}

    public init(seconds: Int64, nanos: Int32 = 0) {
        self.seconds = seconds
        self.nanos = nanos
    }

    /// Whether it is one that the well-known type allows.
    public var isValid: Bool {
        Self.validSeconds.contains(seconds) && (-999_999_999...999_999_999).contains(nanos)
            && (seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0))
    }

    public var description: String {
        text ?? "WireDuration(seconds: \(seconds), nanos: \(nanos))"
    }

    /// "1.500s"; nil where it is not valid.
    private var text: String? {
        guard isValid else { return nil }
        let sign = seconds < 0 || nanos < 0 ? "-" : ""
        return "\(sign)\(seconds.magnitude)\(CivilTime.fraction(abs(nanos)))s"
    }

    /// Reads "1.5s": decimal seconds with up to 9 digits after the point, and "s".
    private init?(text: String) {
        var body = text[...]
        guard body.popLast() == "s" else { return nil }
        let isNegative = body.first == "-"
        if isNegative { body.removeFirst() }
        let whole = body.prefix { $0 != "." }
        let digits = whole.utf8
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int64(whole)
        else { return nil }
        var reader = TimeReader(String(body.dropFirst(whole.count)))
        guard let nanos = reader.fraction(), reader.isAtEnd else { return nil }
        self.init(seconds: isNegative ? -seconds : seconds, nanos: isNegative ? -nanos : nanos)
        guard isValid else { return nil }
    }
}

extension WireDuration {
    public static let shape: MessageShape = {
        var structure = Google__Protobuf__Duration()
        google__protobuf__duration__init(&structure)
        return MessageShape(descriptor: structure.base.descriptor)
    }()

    public init(copying structure: UnsafeRawPointer) throws(RPCStatus) {
        let c = structure.assumingMemoryBound(to: Google__Protobuf__Duration.self)
        self.init(seconds: c.pointee.seconds, nanos: c.pointee.nanos)
    }

    public func build(in arena: borrowing Arena) throws(RPCStatus) -> UnsafeRawPointer {
        let c = try arena.allocate(Google__Protobuf__Duration.self)
        google__protobuf__duration__init(c)
        c.pointee.seconds = seconds
        c.pointee.nanos = nanos
        return UnsafeRawPointer(c)
    }

    public init(json: JSONValue) throws(JSONError) {
        guard let text = json.stringValue, let value = WireDuration(text: text) else {
            throw JSONError("expected a duration such as \"1.5s\"")
        }
        self = value
    }

    /// Seconds with 0, 3, 6 or 9 digits after the point; null where the value is not valid.
    public var json: JSONValue {
        text.map { .string($0) } ?? .null
    }
}
