import CContract

/// A moment (`google.protobuf.Timestamp`): seconds and nanoseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: WireMessage, Hashable {
    public static let messageName = "google.protobuf.Timestamp"

    /// Seconds since the start of 1970, UTC; of 0001-01-01 to 9999-12-31 in valid timestamps.
    public var seconds: Int64 = 0
    /// Nanoseconds after `seconds`, 0 to 999 999 999.
    public var nanos: Int32 = 0

    public init() {}

    public init(seconds: Int64, nanos: Int32 = 0) {
        self.seconds = seconds
        self.nanos = nanos
    }

    /// Whether it lies in the range that the well-known type allows.
    public var isValid: Bool {
        CivilTime.validSeconds.contains(seconds) && (0..<1_000_000_000).contains(nanos)
    }

    public var description: String {
        rfc3339 ?? "Timestamp(seconds: \(seconds), nanos: \(nanos))"
    }
}

extension Timestamp: Comparable {
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanos) < (right.seconds, right.nanos)
    }
}

extension Timestamp {
    public static let shape: MessageShape = {
        var structure = Google__Protobuf__Timestamp()
        google__protobuf__timestamp__init(&structure)
        return MessageShape(descriptor: structure.base.descriptor)
    }()

    public init(copying structure: UnsafeRawPointer) throws(RPCStatus) {
        let c = structure.assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
        self.init(seconds: c.pointee.seconds, nanos: c.pointee.nanos)
    }

    public func build(in arena: borrowing Arena) throws(RPCStatus) -> UnsafeRawPointer {
        let c = try arena.allocate(Google__Protobuf__Timestamp.self)
        google__protobuf__timestamp__init(c)
        c.pointee.seconds = seconds
        c.pointee.nanos = nanos
        return UnsafeRawPointer(c)
    }

    public init(json: JSONValue) throws(JSONError) {
        guard let text = json.stringValue, let value = Timestamp(rfc3339: text) else {
            throw JSONError("expected an RFC 3339 time such as \"2026-01-31T12:00:00Z\"")
        }
        self = value
    }

    /// RFC 3339; null where the value is not one that the well-known type allows.
    public var json: JSONValue {
        rfc3339.map { .string($0) } ?? .null
    }
}
