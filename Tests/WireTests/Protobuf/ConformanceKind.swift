import Testing

@testable import Wire

/// One kind of field as protobuf's conformance suite names it, with its places in `EveryKind`.
struct ConformanceKind: Sendable, CustomTestStringConvertible {
    let name: String
    let wireType: UInt64
    /// Number of the field that may come once, and of the repeated one.
    let singular: UInt64
    let repeated: UInt64
    /// A value that is not the default, as on the wire.
    let value: [UInt8]

    init(
        _ name: String, _ wireType: UInt64, _ singular: UInt64, _ repeated: UInt64, _ value: [UInt8]
    ) {
        (self.name, self.wireType) = (name, wireType)
        (self.singular, self.repeated, self.value) = (singular, repeated, value)
    }

    var testDescription: String { name }
    var isPackable: Bool { wireType != 2 }

    /// The beginning of a value that does not end.
    var incomplete: [UInt8] {
        switch wireType {
        case 0: [0x80]
        case 1: [UInt8](repeating: 0, count: 7)
        case 5: [UInt8](repeating: 0, count: 3)
        default: [0x80]
        }
    }

    /// Every kind of the suite that the contract may use.
    static let all = [
        ConformanceKind("INT32", 0, 1, 31, [1]),
        ConformanceKind("INT64", 0, 2, 32, [1]),
        ConformanceKind("UINT32", 0, 3, 33, [1]),
        ConformanceKind("UINT64", 0, 4, 34, [1]),
        ConformanceKind("SINT32", 0, 5, 35, [2]),
        ConformanceKind("SINT64", 0, 6, 36, [2]),
        ConformanceKind("FIXED32", 5, 7, 37, [1, 0, 0, 0]),
        ConformanceKind("FIXED64", 1, 8, 38, [1, 0, 0, 0, 0, 0, 0, 0]),
        ConformanceKind("SFIXED32", 5, 9, 39, [1, 0, 0, 0]),
        ConformanceKind("SFIXED64", 1, 10, 40, [1, 0, 0, 0, 0, 0, 0, 0]),
        ConformanceKind("BOOL", 0, 13, 43, [1]),
        ConformanceKind("STRING", 2, 14, 44, [1, 0x61]),
        ConformanceKind("BYTES", 2, 15, 45, [1, 0xff]),
        ConformanceKind("MESSAGE", 2, 18, 48, [2, 0x08, 1]),
        ConformanceKind("ENUM", 0, 21, 51, [1]),
    ]

    /// A number that `EveryKind` does not know.
    static let unknown: UInt64 = 200
}

func tag(_ number: UInt64, _ wireType: UInt64) -> [UInt8] {
    varint(number << 3 | wireType)
}

/// A length-delimited field.
func field(_ number: UInt64, _ body: [UInt8]) -> [UInt8] {
    tag(number, 2) + prefixed(body)
}

/// A field that holds one varint.
func field(_ number: UInt64, varint value: UInt64) -> [UInt8] {
    tag(number, 0) + varint(value)
}
