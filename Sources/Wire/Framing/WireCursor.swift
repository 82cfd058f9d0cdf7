/// Reads protobuf's wire format from bytes that nobody has checked yet.
///
/// Only for the envelope of a frame, whose few fields are read in place so that a payload is not
/// copied before its own decoder sees it. Strict where protobuf parsers differ: a tag has at most
/// five bytes and a field number from 1, a varint at most ten bytes and 64 bits, groups do not exist.
struct WireCursor {
    /// How a field's value is laid out.
    enum WireType: UInt8 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case fixed32 = 5
    }

    /// The number and layout of the field whose value comes next.
    struct Field {
        var number: UInt32
        var type: WireType
    }

    let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    /// Reads from the start of `bytes`, which must outlive the cursor.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Reads the next tag; nil at the end.
    @inline(__always)
    mutating func nextField() throws(FrameError) -> Field? {
        guard offset < bytes.count else { return nil }
        let start = offset
        let tag = try varint()
        guard offset - start <= 5, tag <= UInt64(UInt32.max), tag >> 3 != 0,
            let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7))
        else { throw .malformed(.badTag) }
        return Field(number: UInt32(truncatingIfNeeded: tag >> 3), type: type)
    }

    /// Reads a varint.
    @inline(__always)
    mutating func varint() throws(FrameError) -> UInt64 {
        guard offset < bytes.count else { throw .malformed(.truncatedField) }
        let first = bytes[offset]
        offset += 1
        if first < 0x80 { return UInt64(first) }
        return try longVarint(first)
    }

    private mutating func longVarint(_ first: UInt8) throws(FrameError) -> UInt64 {
        var value = UInt64(first & 0x7f)
        var shift: UInt64 = 7
        while true {
            guard offset < bytes.count else { throw .malformed(.truncatedField) }
            let byte = bytes[offset]
            offset += 1
            if shift == 63 && byte > 1 { throw .malformed(.badVarint) }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// Reads a length and that many bytes, in place.
    @inline(__always)
    mutating func lengthDelimited() throws(FrameError) -> UnsafeRawBufferPointer {
        let length = try varint()
        guard length <= UInt64(bytes.count - offset) else { throw .malformed(.truncatedField) }
        let end = offset + Int(length)
        defer { offset = end }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<end])
    }

    /// Reads eight little-endian bytes.
    mutating func fixed64() throws(FrameError) -> UInt64 {
        guard bytes.count - offset >= 8 else { throw .malformed(.truncatedField) }
        defer { offset += 8 }
        return UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Passes over the value of a field that this version does not know.
    mutating func skip(_ type: WireType) throws(FrameError) {
        switch type {
        case .varint: _ = try varint()
        case .fixed64: _ = try fixed64()
        case .bytes: _ = try lengthDelimited()
        case .fixed32:
            guard bytes.count - offset >= 4 else { throw .malformed(.truncatedField) }
            offset += 4
        }
    }
}

extension WireCursor {
    /// Reads a `uint32` field. Like every protobuf parser, keeps the low 32 bits of a longer varint.
    @inline(__always)
    mutating func uint32(_ field: Field) throws(FrameError) -> UInt32 {
        guard field.type == .varint else { throw .malformed(.wrongWireType) }
        return UInt32(truncatingIfNeeded: try varint())
    }

    /// Reads a `bool` field.
    @inline(__always)
    mutating func bool(_ field: Field) throws(FrameError) -> Bool {
        guard field.type == .varint else { throw .malformed(.wrongWireType) }
        return try varint() != 0
    }

    /// Reads a `bytes`, `string` or message field, in place and without checking text.
    @inline(__always)
    mutating func bytes(_ field: Field) throws(FrameError) -> UnsafeRawBufferPointer {
        guard field.type == .bytes else { throw .malformed(.wrongWireType) }
        return try lengthDelimited()
    }

    /// Reads a `string` field: valid UTF-8 without NUL.
    mutating func text(_ field: Field) throws(FrameError) -> String {
        let raw = try bytes(field)
        guard !raw.contains(0), let text = String(validating: raw, as: UTF8.self) else {
            throw .malformed(.invalidText)
        }
        return text
    }
}
