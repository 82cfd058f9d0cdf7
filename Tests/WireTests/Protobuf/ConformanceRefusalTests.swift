import Contract
import Testing

@testable import Wire

/// Cases of protobuf's conformance suite that a decoder has to refuse, each for every kind of field.
@Suite struct ConformanceRefusalTests {
    private func expectRefused(
        _ bytes: [UInt8], _ name: String, _ fault: WireFault = .truncated
    ) {
        #expect(throws: RPCStatus(fault), "\(name)") { try EveryKind(decoding: bytes) }
        // As the last thing in a message within the message, too.
        #expect(throws: RPCStatus.self, "\(name) in a message") {
            try EveryKind(decoding: field(27, bytes))
        }
    }

    @Test(arguments: ConformanceKind.all)
    func prematureEndIsRefused(_ kind: ConformanceKind) {
        let type = kind.wireType
        let singular = tag(kind.singular, type)
        let repeated = tag(kind.repeated, type)
        let unknown = tag(ConformanceKind.unknown, type)
        let cases: [(String, [UInt8])] = [
            ("PrematureEofBeforeKnownNonRepeatedValue", singular),
            ("PrematureEofBeforeKnownRepeatedValue", repeated),
            ("PrematureEofBeforeUnknownValue", unknown),
            ("PrematureEofInsideKnownNonRepeatedValue", singular + kind.incomplete),
            ("PrematureEofInsideKnownRepeatedValue", repeated + kind.incomplete),
            ("PrematureEofInsideUnknownValue", unknown + kind.incomplete),
            ("PrematureEofInsideTag", singular + kind.value + [0x80]),
        ]
        for (name, bytes) in cases { expectRefused(bytes, "\(name).\(kind.name)") }
    }

    @Test(arguments: ConformanceKind.all.filter { $0.wireType == 2 })
    func prematureEndInDelimitedDataIsRefused(_ kind: ConformanceKind) {
        let short: [UInt8] = [2, 0x61]
        let cases: [(String, UInt64)] = [
            ("PrematureEofInDelimitedDataForKnownNonRepeatedValue", kind.singular),
            ("PrematureEofInDelimitedDataForKnownRepeatedValue", kind.repeated),
            ("PrematureEofInDelimitedDataForUnknownValue", ConformanceKind.unknown),
        ]
        for (name, number) in cases {
            expectRefused(tag(number, 2) + short, "\(name).\(kind.name)")
        }
    }

    @Test(arguments: ConformanceKind.all.filter(\.isPackable))
    func prematureEndOfPackedFieldIsRefused(_ kind: ConformanceKind) {
        expectRefused(
            tag(kind.repeated, 2) + [UInt8(kind.value.count + 1)] + kind.value,
            "PrematureEofInPackedField.\(kind.name)")
        expectRefused(
            field(kind.repeated, kind.value + kind.incomplete),
            "PrematureEofInPackedFieldValue.\(kind.name)",
            .badPackedField)
    }

    @Test func prematureEndOfSubmessageIsRefused() {
        for kind in ConformanceKind.all {
            let within = field(27, tag(kind.singular, kind.wireType) + kind.incomplete)
            // What follows the message must not be taken for the rest of its field.
            expectRefused(within, "PrematureEofInSubmessageValue.\(kind.name)")
            expectRefused(
                within + [UInt8](repeating: 0x01, count: 16),
                "PrematureEofInSubmessageValue.\(kind.name)")
        }
    }

    @Test(arguments: ConformanceKind.all)
    func everyOtherWireTypeIsRefused(_ kind: ConformanceKind) {
        let values: [UInt64: [UInt8]] = [
            0: [1], 1: [UInt8](repeating: 0, count: 8), 2: [0], 5: [0, 0, 0, 0],
        ]
        for (type, value) in values where type != kind.wireType {
            expectRefused(
                tag(kind.singular, type) + value, "\(kind.name) as \(type)", .wrongWireType)
            // A repeated number may be packed, and that is its one other form.
            if type == 2 && kind.isPackable { continue }
            expectRefused(
                tag(kind.repeated, type) + value, "\(kind.name) as \(type)", .wrongWireType)
        }
        for type: UInt64 in [3, 4, 6, 7] {
            expectRefused(tag(kind.singular, type), "\(kind.name) as \(type)", .group)
        }
    }

    @Test func illegalFieldNumbersAndTagsAreRefused() {
        let cases: [(String, [UInt8])] = [
            ("IllegalZeroFieldNum_Case_0", [0x01, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44]),
            ("IllegalZeroFieldNum_Case_1", [0x02, 0x01, 0x44]),
            ("IllegalZeroFieldNum_Case_2", [0x03, 0x04]),
            ("IllegalZeroFieldNum_Case_3", [0x05, 0x44, 0x44, 0x44, 0x44]),
            ("BadTag_FieldNumberTooHigh", bytes(hex: "808080802000")),
            ("BadTag_FieldNumberSlightlyTooHigh", bytes(hex: "808080801000")),
            ("BadTag_OverlongVarint", bytes(hex: "88808080808000 01")),
            ("BadTag_VarintMoreThanTenBytes", bytes(hex: "8880808080808080808080 0001")),
        ]
        for (name, bytes) in cases { expectRefused(bytes, name, .badTag) }
    }

    @Test func invalidUTF8IsRefusedAtEveryPlace() {
        let invalid: [UInt8] = [0xed, 0xa0, 0x80]
        let entryKey = field(1, invalid) + field(2, [0x61])
        let entryValue = field(1, [0x61]) + field(2, invalid)
        let cases: [(String, [UInt8])] = [
            ("RejectInvalidUtf8.String.Singular", field(14, invalid)),
            ("RejectInvalidUtf8.String.Repeated", field(44, [0x61]) + field(44, invalid)),
            ("RejectInvalidUtf8.String.Oneof", field(113, invalid)),
            ("RejectInvalidUtf8.String.MapKey", field(69, entryKey)),
            ("RejectInvalidUtf8.String.MapValue", field(69, entryValue)),
            ("RejectInvalidUtf8.String.FieldMask", field(132, field(1, invalid))),
        ]
        for (name, bytes) in cases { expectRefused(bytes, name, .invalidUTF8) }
        #expect(throws: Never.self) { try EveryKind(decoding: field(15, invalid)) }
        #expect(throws: Never.self) { try EveryKind(decoding: field(200, invalid)) }
    }
}
