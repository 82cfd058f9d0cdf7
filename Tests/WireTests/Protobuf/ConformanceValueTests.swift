import Contract
import Testing

@testable import Wire

/// Cases of protobuf's conformance suite with valid data, in the suite's names.
@Suite struct ConformanceValueTests {
    private func decoded(_ bytes: [UInt8]) throws -> EveryKind {
        let message = try EveryKind(decoding: bytes)
        // What was read is written so that it reads the same.
        #expect(try EveryKind(decoding: message.encoded()) == message)
        return message
    }

    @Test func validDataScalar() throws {
        let high: UInt64 = 1 << 33
        for value in [0, 1, 12345, UInt64(Int32.max), 0xffff_ffff_8000_0000, high, high - 1] {
            let low = UInt32(truncatingIfNeeded: value)
            let zigzag = Int32(bitPattern: low >> 1) ^ -Int32(bitPattern: low & 1)
            let wide = Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
            let message = try decoded(
                [1, 2, 3, 4, 5, 6, 13, 21].flatMap { field($0, varint: value) })
            #expect(message.optionalInt32 == Int32(bitPattern: low))
            #expect(message.optionalInt64 == Int64(bitPattern: value))
            #expect(message.optionalUint32 == low)
            #expect(message.optionalUint64 == value)
            #expect(message.optionalSint32 == zigzag)
            #expect(message.optionalSint64 == wide)
            #expect(message.optionalBool == (value != 0))
            #expect(message.optionalEnum.rawValue == Int32(bitPattern: low))
        }
    }

    @Test func validDataScalarFixed() throws {
        let least = [UInt8](repeating: 0, count: 3) + [0x80]
        let message = try decoded(
            tag(7, 5) + least + tag(8, 1) + [0, 0, 0, 0] + least + tag(9, 5) + least + tag(10, 1)
                + [0, 0, 0, 0] + least)
        #expect(message.optionalFixed32 == 1 << 31)
        #expect(message.optionalFixed64 == 1 << 63)
        #expect(message.optionalSfixed32 == .min)
        #expect(message.optionalSfixed64 == .min)
    }

    @Test func defaultsOnTheWireAreDefaults() throws {
        for kind in ConformanceKind.all where kind.name != "MESSAGE" {
            let zero = kind.wireType == 2 ? [0] : kind.value.map { _ in UInt8(0) }
            let message = try decoded(tag(kind.singular, kind.wireType) + zero)
            #expect(message == EveryKind(), "\(kind.name)")
            #expect(try message.encoded().isEmpty, "\(kind.name)")
        }
    }

    @Test(arguments: ConformanceKind.all)
    func repeatedScalarSelectsLast(_ kind: ConformanceKind) throws {
        let one = tag(kind.singular, kind.wireType) + kind.value
        let zero = kind.wireType == 2 ? [0] : kind.value.map { _ in UInt8(0) }
        #expect(try decoded(one + one) == decoded(one))
        // A later default counts as well, but for messages, which merge.
        let reset = try decoded(one + tag(kind.singular, kind.wireType) + zero)
        #expect(reset == (kind.name == "MESSAGE" ? try decoded(one) : EveryKind()))
    }

    @Test(arguments: ConformanceKind.all)
    func validDataRepeated(_ kind: ConformanceKind) throws {
        let repeated = tag(kind.repeated, kind.wireType) + kind.value
        let unpacked = try decoded(repeated + field(1, varint: 7) + repeated)
        #expect(unpacked.optionalInt32 == 7)
        guard kind.isPackable else { return }
        let packed = try decoded(field(kind.repeated, kind.value + kind.value))
        var expected = unpacked
        expected.optionalInt32 = 0
        #expect(packed == expected)
        // PackedOutput: proto3's default.
        #expect(try packed.encoded() == field(kind.repeated, kind.value + kind.value))
        let mixed = try decoded(repeated + field(kind.repeated, kind.value))
        #expect(mixed == expected)
        #expect(try decoded(field(kind.repeated, [])) == EveryKind())
    }

    @Test func unpackedOutputWhereTheContractSaysSo() throws {
        let message = EveryKind.with {
            $0.unpackedInt32 = [0, -1]
            $0.unpackedFixed64 = [1]
            $0.unpackedEnum = [.unspecified, .dark]
        }
        let golden = bytes(
            hex: "c80500 c805ffffffffffffffffff01 81060100000000000000 b00600 b00602")
        #expect(try message.encoded() == golden)
        #expect(try decoded(golden) == message)
        #expect(try decoded(field(89, [0]) + field(89, varint: .max)).unpackedInt32 == [0, -1])
    }

    @Test func unknownVarint() throws {
        #expect(try decoded(field(200, varint: 1)) == EveryKind())
        #expect(try decoded(field(19_000, varint: .max)) == EveryKind())
    }

    /// We pass over unknown fields and keep none, so their order cannot be lost.
    @Test func unknownOrdering() throws {
        let unknown = field(200, [0x61]) + field(201, varint: 1) + field(200, [0x62])
        let message = try decoded(unknown + field(1, varint: 5) + unknown)
        #expect(try message.encoded() == field(1, varint: 5))
    }

    @Test func fieldsOfTheLargestNumberAreKnown() throws {
        let message = try decoded(tag(536_870_911, 0) + [9])
        #expect(message.lastField == 9)
        #expect(try message.encoded() == tag(536_870_911, 0) + [9])
    }

    @Test func enumsKeepNumbersThatTheyDoNotKnow() throws {
        let message = try decoded(field(21, varint: 99) + field(51, [99, 1]))
        #expect(message.optionalEnum == .unrecognized(99))
        #expect(message.repeatedEnum == [.unrecognized(99), .light])
    }
}
