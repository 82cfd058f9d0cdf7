import CContract

/// A message to send: its C structure with the arena that it lies in, counted and not yet packed, so
/// that it is packed straight into the bytes that leave.
///
/// `@unchecked Sendable`: it is not copyable, and alone refers to its arena's memory, which any thread
/// may read and free. It holds what this side sends: a peer does not reach it.
@usableFromInline
package struct PackableMessage: ~Copyable, @unchecked Sendable {
    private let arena: Arena?
    private let structure: UnsafeRawPointer?
    /// Bytes on the wire.
    package let count: Int

    /// Takes over an arena and a structure that was built in it.
    @usableFromInline
    init(_ arena: consuming Arena, _ structure: UnsafeRawPointer) {
        self.arena = consume arena
        self.structure = structure
        count = protobuf_c_message_get_packed_size(
            structure.assumingMemoryBound(to: ProtobufCMessage.self))
    }

    private init() {
        arena = nil
        structure = nil
        count = 0
    }

    /// No message: what is left to answer where the messages went before, as a stream.
    package static var none: PackableMessage { PackableMessage() }

    /// The message's bytes by themselves.
    @usableFromInline
    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            guard let base = buffer.baseAddress else { return }
            pack(into: UnsafeMutableRawPointer(base))
            written = count
        }
    }

    /// Writes `count` bytes to `target`.
    func pack(into target: UnsafeMutableRawPointer) {
        guard let structure else { return }
        _ = protobuf_c_message_pack(
            structure.assumingMemoryBound(to: ProtobufCMessage.self),
            target.assumingMemoryBound(to: UInt8.self))
    }
}
