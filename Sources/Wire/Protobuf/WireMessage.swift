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
    @inlinable
    public init(
        decoding bytes: UnsafeRawBufferPointer, limits: MessageLimits = .standard
    ) throws(RPCStatus) {
        let unpacked = try UnpackedMessage(bytes, Self.shape, limits)
        self = try withExtendedLifetime(unpacked) { () throws(RPCStatus) in
            try Self(copying: unpacked.structure)
        }
    }

    /// Decodes a message; errors as in `init(decoding:limits:)` of raw bytes.
    @inlinable
    public init(decoding bytes: [UInt8], limits: MessageLimits = .standard) throws(RPCStatus) {
        // `withUnsafeBytes` does not carry typed errors, so the result does.
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(RPCStatus) in try Self(decoding: raw, limits: limits) }
        }
        self = try result.get()
    }

    /// The message's bytes on the wire.
    ///
    /// Errors: INTERNAL/NUL_IN_STRING, INTERNAL/NESTING_TOO_DEEP for values that no peer of ours
    /// would take; RESOURCE_EXHAUSTED/MESSAGE_TOO_COMPLEX where memory runs out.
    @inlinable
    public func encoded() throws(RPCStatus) -> [UInt8] {
        try packable().bytes
    }

    /// The message, ready to be packed where it is sent from. Errors as in `encoded`.
    @inlinable
    package func packable() throws(RPCStatus) -> PackableMessage {
        let arena = Arena.forEncoding()
        let structure = try build(in: arena)
        return PackableMessage(arena, structure)
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
