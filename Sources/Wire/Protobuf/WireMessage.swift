import CContract

/// A protobuf message as a Swift value. Generated from the contract.
///
/// Its `description` shows no personal data: fields with the option `(icds.v1.personal)` print as
/// `[redacted]`, bytes as their count.
public protocol WireMessage: Sendable, Equatable, CustomStringConvertible {
    /// A message with every field at its proto3 default.
    init()
    /// Full name: "icds.v1.Client".
    static var messageName: String { get }
    /// The C structure's descriptor and the table that the scanner works by.
    static var shape: MessageShape { get }
    /// Copies an unpacked C structure of this message. Only bytes that the scanner has let pass may
    /// have been unpacked.
    init(copying structure: UnsafeRawPointer) throws(RPCStatus)
    /// Builds the C structure to pack; it lives as long as the arena.
    func build(in arena: borrowing Arena) throws(RPCStatus) -> UnsafeRawPointer
    /// Reads proto3's JSON mapping.
    init(json: JSONValue) throws(JSONError)
    /// proto3's JSON mapping. It holds personal data as they are.
    var json: JSONValue { get }
}

extension WireMessage {
    /// Decodes a message: one scan over the bytes, then protobuf-c into an arena with a budget, then
    /// the copy into Swift values.
    ///
    /// Errors: INTERNAL/MALFORMED_MESSAGE, INTERNAL/INVALID_UTF8, INTERNAL/NUL_IN_STRING,
    /// INTERNAL/NESTING_TOO_DEEP, RESOURCE_EXHAUSTED/MESSAGE_TOO_COMPLEX.
    public init(
        decoding bytes: UnsafeRawBufferPointer, limits: MessageLimits = .standard
    ) throws(RPCStatus) {
        let shape = Self.shape
        if let fault = WireScanner.scan(bytes, shape.table, limits) {
            throw RPCStatus(fault)
        }
        let arena = Arena(
            budgetBytes: limits.arenaBytes(wireBytes: bytes.count),
            firstBlockBytes: 512 + 4 * bytes.count)
        let structure = arena.unpack(bytes, shape)
        guard let structure else { throw arena.unpackFailure }
        self = try Self(copying: structure)
    }

    /// Decodes a message; errors as in `init(decoding:limits:)` of raw bytes.
    public init(decoding bytes: [UInt8], limits: MessageLimits = .standard) throws(RPCStatus) {
        var result: Result<Self, RPCStatus>?
        bytes.withUnsafeBytes { raw in
            result = Result { () throws(RPCStatus) in try Self(decoding: raw, limits: limits) }
        }
        guard let result else { throw RPCStatus(WireFault.truncated) }
        self = try result.get()
    }

    /// The message's bytes on the wire.
    ///
    /// Errors: INTERNAL/NUL_IN_STRING, INTERNAL/NESTING_TOO_DEEP for values that no peer of ours
    /// would take; RESOURCE_EXHAUSTED/MESSAGE_TOO_COMPLEX where memory runs out.
    public func encoded() throws(RPCStatus) -> [UInt8] {
        let arena = Arena(budgetBytes: MessageLimits.encodingArenaBytesMax, firstBlockBytes: 2048)
        let structure = try build(in: arena)
        let message = structure.assumingMemoryBound(to: ProtobufCMessage.self)
        let count = protobuf_c_message_get_packed_size(message)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            guard let base = buffer.baseAddress else { return }
            written = protobuf_c_message_pack(message, base)
        }
    }

    /// Reads a message from JSON text, at most `JSONLimits.standard`.
    public init(jsonString: String) throws(JSONError) {
        try self.init(json: JSONValue(parsing: jsonString))
    }

    /// The message as JSON text on one line. It holds personal data as they are.
    public func jsonString() -> String {
        json.text()
    }
}
