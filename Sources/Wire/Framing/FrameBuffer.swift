import NIOCore

/// Cuts a stream of bytes into frames (PROTOCOL.md, "Frames").
///
/// Holds at most one unfinished frame and what arrived with it. The length is checked as soon as
/// its four bytes are there, before any of the frame is kept.
struct FrameBuffer {
    /// Bytes of the length that precedes each frame.
    static let lengthBytes = 4

    private var buffer = ByteBuffer()
    /// Bytes of the largest frame that is taken, without its length.
    var frameBytesMax: Int

    /// Accepts frames of at most `frameBytesMax` bytes, without their length.
    init(frameBytesMax: Int) {
        self.frameBytesMax = frameBytesMax
    }

    /// Whether a frame has begun whose end is not there yet.
    var isInsideFrame: Bool { buffer.readableBytes > 0 }

    /// Whether `withNextFrame` has something to do: a whole frame is there, or one that is too large.
    var hasFrame: Bool {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else {
            return false
        }
        return Int(length) > frameBytesMax
            || buffer.readableBytes >= Self.lengthBytes + Int(length)
    }

    /// Bytes held.
    var bufferedBytes: Int { buffer.readableBytes }

    /// Bytes of memory.
    var capacityBytes: Int { buffer.storageCapacity }

    /// Takes bytes as they came.
    mutating func append(_ incoming: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = incoming
        } else {
            if buffer.writableBytes < incoming.readableBytes { grow(for: incoming.readableBytes) }
            buffer.writeImmutableBuffer(incoming)
        }
    }

    /// Makes room for `bytes` and for more of a large frame: growing by doubling copies each of its
    /// bytes once more. Never for all of it at once, since its length is only what the peer says.
    private mutating func grow(for bytes: Int) {
        let wanted = buffer.readableBytes + bytes
        let announced = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) ?? 0
        let room = max(
            wanted,
            min(Self.lengthBytes + Int(announced), frameBytesMax, wanted * Self.growthFactor))
        buffer.reserveCapacity(minimumWritableBytes: room - buffer.readableBytes)
    }

    private static let growthFactor = 4

    /// Calls `body` with the bytes of the next frame, in place.
    ///
    /// - Returns: false when no complete frame is there.
    /// - Throws: `FrameError.tooLarge`, or what `body` throws.
    mutating func withNextFrame(
        _ body: (UnsafeRawBufferPointer) throws(FrameError) -> Void
    ) throws(FrameError) -> Bool {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else {
            return false
        }
        guard Int(length) <= frameBytesMax else {
            throw .tooLarge(bytes: Int(length), bytesMax: frameBytesMax)
        }
        let frameBytes = Self.lengthBytes + Int(length)
        guard buffer.readableBytes >= frameBytes else { return false }
        // `withUnsafeReadableBytes` rethrows untyped, so the outcome is carried in a Result.
        let outcome: Result<Void, FrameError> = buffer.withUnsafeReadableBytes { bytes in
            let frame = UnsafeRawBufferPointer(rebasing: bytes[Self.lengthBytes..<frameBytes])
            do throws(FrameError) {
                return .success(try body(frame))
            } catch {
                return .failure(error)
            }
        }
        buffer.moveReaderIndex(forwardBy: frameBytes)
        try outcome.get()
        return true
    }

    /// Gives back memory once frames were taken: all of it when nothing is left, else what lies
    /// before the unfinished frame, so that a few bytes do not pin a whole read.
    mutating func shrink() {
        if buffer.readableBytes == 0 {
            buffer = ByteBuffer()
        } else if buffer.readerIndex > 1_024 && buffer.readerIndex > buffer.readableBytes {
            buffer = ByteBuffer(bytes: buffer.readableBytesView)
        }
    }
}
