import NIOCore

/// Memory of buffers that are done with, for the next ones of the same event loop.
///
/// A call that comes alone needs three buffers: the plaintext that came, the frames of its answer,
/// and their ciphertext. Keeping them with the connection would make each idle one larger; kept
/// with the loop, its connections take turns with them. Belongs to one event loop.
package final class SpareBuffers {
    private static let countMax = 4
    /// Larger ones are given back to the system: the beginning of a frame keeps its buffer until the
    /// rest arrives, and nobody should hold much memory by sending little.
    private static let capacityMax = 4_096

    private var buffers: [ByteBuffer] = []

    package init() { buffers.reserveCapacity(Self.countMax) }

    /// An empty buffer, with memory where some is there.
    func take() -> ByteBuffer { buffers.popLast() ?? ByteBuffer() }

    /// Keeps the memory of `buffer` where nobody else has a part of it, and leaves it empty.
    func giveBack(_ buffer: inout ByteBuffer) {
        let capacity = buffer.storageCapacity
        if capacity > 0, capacity <= Self.capacityMax, buffers.count < Self.countMax,
            buffer.modifyIfUniquelyOwned({ $0.clear() }) != nil
        {
            buffers.append(buffer)
        }
        buffer = ByteBuffer()
    }
}

/// Belongs to one event loop.
@available(*, unavailable)
extension SpareBuffers: Sendable {}
