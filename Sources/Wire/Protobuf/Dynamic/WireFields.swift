/// The fields of one message on the wire, one after the other, as numbers and bytes without types.
///
/// Checks all that it relies on, so that it may read bytes that no scan has passed.
struct WireFields {
    /// What a field holds, by its wire type.
    enum Value {
        case varint(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// The next field; nil at the end.
    mutating func next() throws(WireFault) -> (number: Int, value: Value)? {
        guard !rest.isEmpty else { return nil }
        let tag = try varint()
        guard tag <= UInt64(UInt32.max), tag >= 8 else { throw .badTag }
        let number = Int(tag >> 3)
        switch tag & 7 {
        case 0: return (number, .varint(try varint()))
        case 1: return (number, .fixed64(try fixed(8)))
        case 2: return (number, .bytes(try lengthPrefixed()))
        case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
        default: throw .group
        }
    }

    /// The values of a packed field's bytes, each of that wire type.
    static func packed(
        _ bytes: ArraySlice<UInt8>, _ encoding: ScanKind
    ) throws(WireFault) -> [Value] {
        var fields = WireFields(bytes)
        var values: [Value] = []
        while !fields.rest.isEmpty {
            switch encoding {
            case .fixed32:
                values.append(.fixed32(UInt32(truncatingIfNeeded: try fields.fixed(4))))
            case .fixed64: values.append(.fixed64(try fields.fixed(8)))
            default: values.append(.varint(try fields.varint()))
            }
        }
        return values
    }

    private mutating func varint() throws(WireFault) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { throw .truncated }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                // The tenth byte holds the 64th bit alone.
                guard shift < 63 || byte <= 1 else { throw .badVarint }
                return value
            }
        }
        throw .badVarint
    }

    private mutating func fixed(_ count: Int) throws(WireFault) -> UInt64 {
        guard rest.count >= count else { throw .truncated }
        var value: UInt64 = 0
        for (index, byte) in rest.prefix(count).enumerated() {
            value |= UInt64(byte) << UInt64(8 * index)
        }
        rest = rest.dropFirst(count)
        return value
    }

    private mutating func lengthPrefixed() throws(WireFault) -> ArraySlice<UInt8> {
        let length = try varint()
        guard length <= UInt64(rest.count) else { throw .truncated }
        let bytes = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        return bytes
    }
}

/// Bytes of one message to send.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    mutating func tag(_ number: Int, _ wireType: UInt64) {
        varint(UInt64(number) << 3 | wireType)
    }

    mutating func fixed32(_ value: UInt32) {
        for index in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt32(index)))) }
    }

    mutating func fixed64(_ value: UInt64) {
        for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
    }

    mutating func lengthPrefixed(_ content: [UInt8]) {
        varint(UInt64(content.count))
        bytes += content
    }
}
