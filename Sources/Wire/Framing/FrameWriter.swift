import NIOCore

/// Writes frames one after the other into one buffer, so that everything a turn of the event loop
/// produced goes out in one TLS write.
///
/// Lengths are computed before the bytes are written, so nothing is ever moved.
struct FrameWriter {
    private var buffer = ByteBuffer()
    /// Where the frame that was begun last ends.
    private var end = 0
    /// Bytes that were handed out last: the next time will be much like it.
    private var expectedBytes = 0

    private static let expectedBytesMax = 16_384
    private let spare: SpareBuffers?

    /// - Parameter spare: where memory for the first frame is looked for.
    init(spare: SpareBuffers? = nil) { self.spare = spare }

    /// Whether nothing waits to be sent.
    var isEmpty: Bool { buffer.readableBytes == 0 }

    /// Bytes that wait to be sent.
    var bytes: Int { buffer.readableBytes }

    /// Hands out what was written and starts anew.
    mutating func take() -> ByteBuffer {
        expectedBytes = min(buffer.readableBytes, Self.expectedBytesMax)
        defer { buffer = ByteBuffer() }
        return buffer
    }

    /// Writes a frame whose body is encoded already: `Hello`, `GoAway`.
    mutating func write(_ kind: FrameKind, body: [UInt8]) {
        begin(kind, bodyBytes: body.count)
        buffer.writeBytes(body)
    }

    /// Writes a `Call`: with the payload of a method that takes one message, which ends its stream;
    /// without one, of a method that takes several.
    mutating func writeCall(
        callID: UInt32, method: String, timeoutMilliseconds: UInt32, metadata: [UInt8],
        payload: [UInt8]?
    ) {
        let name = method.utf8
        var bodyBytes =
            Self.numberBytes(callID) + Self.fieldBytes(name.count)
            + Self.numberBytes(timeoutMilliseconds) + metadata.count
        if let payload { bodyBytes += Self.fieldBytes(payload.count) + 2 }
        begin(.call, bodyBytes: bodyBytes)
        writeNumber(1, callID)
        if !method.isEmpty {
            writeTag(2, length: name.count)
            buffer.writeString(method)
        }
        writeNumber(3, timeoutMilliseconds)
        buffer.writeBytes(metadata)
        if let payload {
            writeField(5, payload)
            writeNumber(6, 1)
        }
        assert(buffer.writerIndex == end, "the frame is not as long as it says")
    }

    /// Writes an `End`; a nil status means OK. `metadata` holds the encoded fields of the leading and
    /// the trailing metadata.
    mutating func writeEnd(
        callID: UInt32, status: [UInt8]?, payload: [UInt8], metadata: [UInt8] = []
    ) {
        var bodyBytes =
            Self.numberBytes(callID) + Self.fieldBytes(payload.count) + metadata.count
        if let status { bodyBytes += 1 + Self.varintBytes(status.count) + status.count }
        begin(.end, bodyBytes: bodyBytes)
        writeNumber(1, callID)
        if let status {
            writeTag(2, length: status.count)
            buffer.writeBytes(status)
        }
        writeField(3, payload)
        if !metadata.isEmpty { buffer.writeBytes(metadata) }
        assert(buffer.writerIndex == end, "the frame is not as long as it says")
    }

    /// Writes the `End` of a call that is answered.
    mutating func writeEnd(
        callID: UInt32, answer: borrowing PackableMessage, metadata: [UInt8] = []
    ) {
        let count = answer.count
        begin(
            .end,
            bodyBytes: Self.numberBytes(callID) + Self.fieldBytes(count) + metadata.count)
        writeNumber(1, callID)
        if count > 0 {
            writeTag(3, length: count)
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
                if let base = target.baseAddress { answer.pack(into: base) }
                return count
            }
        }
        if !metadata.isEmpty { buffer.writeBytes(metadata) }
        assert(buffer.writerIndex == end, "the frame is not as long as it says")
    }

    /// Writes a `Message`: with a payload (which may be empty) unless it is nil, as the last of its
    /// stream if `endOfStream`, and with the encoded field of leading metadata.
    mutating func writeMessage(
        callID: UInt32, payload: [UInt8]?, endOfStream: Bool = false, metadata: [UInt8] = []
    ) {
        var bodyBytes = Self.numberBytes(callID) + metadata.count + (endOfStream ? 2 : 0)
        if let payload { bodyBytes += Self.fieldBytes(payload.count) + 2 }
        begin(.message, bodyBytes: bodyBytes)
        writeNumber(1, callID)
        if let payload { writeField(2, payload) }
        if endOfStream { writeNumber(3, 1) }
        if payload != nil { writeNumber(4, 1) }
        if !metadata.isEmpty { buffer.writeBytes(metadata) }
        assert(buffer.writerIndex == end, "the frame is not as long as it says")
    }

    /// Writes a `Credit`; call 0 is the connection.
    mutating func writeCredit(callID: UInt32, bytes: Int) {
        let bytes = UInt32(clamping: bytes)
        begin(.credit, bodyBytes: Self.numberBytes(callID) + Self.numberBytes(bytes))
        writeNumber(1, callID)
        writeNumber(2, bytes)
    }

    /// Writes a `Cancel`.
    mutating func writeCancel(callID: UInt32) {
        begin(.cancel, bodyBytes: Self.numberBytes(callID))
        writeNumber(1, callID)
    }

    /// Writes a `Ping` or a `Pong`.
    mutating func writeOpaque(_ kind: FrameKind, _ opaque: UInt64) {
        begin(kind, bodyBytes: 9)
        buffer.writeInteger(UInt8(1 << 3 | 1))
        buffer.writeInteger(opaque, endianness: .little)
    }

    // MARK: Parts

    /// Writes the frame's length, and the tag and length of its kind.
    private mutating func begin(_ kind: FrameKind, bodyBytes: Int) {
        let frameBytes = 1 + Self.varintBytes(bodyBytes) + bodyBytes
        // `writeTagged` writes up to seven bytes past what it means.
        let room = FrameBuffer.lengthBytes + frameBytes + 7
        if let spare, buffer.storageCapacity == 0 { buffer = spare.take() }
        buffer.reserveCapacity(
            minimumWritableBytes: isEmpty ? max(room, expectedBytes) : room)
        buffer.writeInteger(UInt32(frameBytes))
        end = buffer.writerIndex + frameBytes
        writeTag(kind.rawValue, length: bodyBytes)
    }

    private mutating func writeTag(_ number: UInt32, length: Int) {
        writeTagged(UInt8(number << 3 | 2), UInt64(length))
    }

    /// Writes a number, unless it is the default.
    private mutating func writeNumber(_ number: UInt32, _ value: UInt32) {
        guard value != 0 else { return }
        writeTagged(UInt8(number << 3), UInt64(value))
    }

    /// Writes bytes, unless there are none.
    private mutating func writeField(_ number: UInt32, _ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        writeTag(number, length: bytes.count)
        buffer.writeBytes(bytes)
    }

    /// Writes a tag of one byte and a varint of at most seven, as one integer: byte by byte it costs
    /// more than the rest of a small frame.
    private mutating func writeTagged(_ tag: UInt8, _ value: UInt64) {
        var word = UInt64(tag)
        var shift: UInt64 = 8
        var rest = value
        while rest >= 0x80 {
            word |= (rest & 0x7f | 0x80) << shift
            shift += 8
            rest >>= 7
        }
        word |= rest << shift
        buffer.setInteger(word, at: buffer.writerIndex, endianness: .little)
        buffer.moveWriterIndex(forwardBy: Int(shift / 8) + 1)
    }

    /// Bytes that a length takes as a varint.
    static func varintBytes(_ value: Int) -> Int {
        max(1, (Int.bitWidth - value.leadingZeroBitCount + 6) / 7)
    }

    private static func numberBytes(_ value: UInt32) -> Int {
        value == 0 ? 0 : 1 + varintBytes(Int(value))
    }

    private static func fieldBytes(_ count: Int) -> Int {
        count == 0 ? 0 : 1 + varintBytes(count) + count
    }
}
