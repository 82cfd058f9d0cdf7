/// What one message may cost whoever decodes it. The frame's length bounds its bytes before.
public struct MessageLimits: Sendable, Equatable {
    /// Messages inside messages, the outermost counting as 1. protobuf-c recurses at every level
    /// with about 0.85 KB of stack and has no limit of its own; the contract's own messages nest six
    /// deep. Over it: INTERNAL/NESTING_TOO_DEEP.
    public var depthMax: Int
    /// Fields on the wire, in all levels together. Each costs a scan step and a record in
    /// protobuf-c. A page of 1000 audit rows has about 20 000. Over it:
    /// RESOURCE_EXHAUSTED/MESSAGE_TOO_COMPLEX, like all that follow.
    public var fieldsMax: Int
    /// Elements of repeated fields and maps, in all levels together: two bytes of an empty message
    /// would otherwise become hundreds in memory.
    public var elementsMax: Int
    /// Fields that the contract does not know, in all levels together. A newer peer sends a few;
    /// protobuf-c keeps each in memory.
    public var unknownFieldsMax: Int
    /// Bytes of memory for protobuf-c's structures for each byte on the wire; `arenaBytesBase` is
    /// added. Honest messages need 1 to 8.
    public var arenaBytesPerWireByte: Int
    /// Bytes of memory that any message may take, however short.
    public var arenaBytesBase: Int
    /// Bytes of memory that no message may exceed, however long: what a 4 MiB frame would be
    /// allowed by the ratio would be 64 MiB.
    public var arenaBytesMax: Int

    public init(
        depthMax: Int = 32, fieldsMax: Int = 131_072, elementsMax: Int = 131_072,
        unknownFieldsMax: Int = 1_024, arenaBytesPerWireByte: Int = 16,
        arenaBytesBase: Int = 4_096, arenaBytesMax: Int = 33_554_432
    ) {
        self.depthMax = min(depthMax, Self.depthMost)
        self.fieldsMax = fieldsMax
        self.elementsMax = elementsMax
        self.unknownFieldsMax = unknownFieldsMax
        self.arenaBytesPerWireByte = arenaBytesPerWireByte
        self.arenaBytesBase = arenaBytesBase
        self.arenaBytesMax = arenaBytesMax
    }

    /// The limits of the protocol (PROTOCOL.md, "Limits").
    public static let standard = MessageLimits()

    /// The scanner keeps one frame of 24 bytes for each level on the stack, so the depth cannot be
    /// configured beyond this.
    static let depthMost = 32

    /// Bytes of memory for the C structures of a message to send. Far above any frame: what it
    /// stops is a defect of ours, not a peer.
    static let encodingArenaBytesMax = 268_435_456

    /// Budget of the arena for a message of `wireBytes`.
    func arenaBytes(wireBytes: Int) -> Int {
        let (product, overflow) = wireBytes.multipliedReportingOverflow(by: arenaBytesPerWireByte)
        return overflow ? arenaBytesMax : min(arenaBytesMax, product + arenaBytesBase)
    }
}
