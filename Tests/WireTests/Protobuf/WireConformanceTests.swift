import Contract
import Testing

@testable import Wire

/// The cases that protobuf's conformance suite names and that apply to the contract's kinds of
/// field, in the suite's names.
@Suite struct WireConformanceTests {
    struct Refused: CustomTestStringConvertible, Sendable {
        let name: String
        let hex: String
        let fault: WireFault

        init(_ name: String, _ hex: String, _ fault: WireFault = .truncated) {
            (self.name, self.hex, self.fault) = (name, hex, fault)
        }

        var testDescription: String { name }
    }

    /// Fields of `EchoRequest`: 1 string, 2 bytes, 3 repeated uint32, 4 message, 5 map, 6 repeated
    /// message; 9 is unknown.
    static let refused = [
        Refused("PrematureEofBeforeKnownNonRepeatedValue.STRING", "0a"),
        Refused("PrematureEofBeforeKnownNonRepeatedValue.MESSAGE", "22"),
        Refused("PrematureEofBeforeKnownRepeatedValue.UINT32", "18"),
        Refused("PrematureEofBeforeKnownRepeatedValue.MESSAGE", "32"),
        Refused("PrematureEofBeforeUnknownValue.VARINT", "48"),
        Refused("PrematureEofBeforeUnknownValue.FIXED64", "49"),
        Refused("PrematureEofBeforeUnknownValue.LENGTH", "4a"),
        Refused("PrematureEofBeforeUnknownValue.FIXED32", "4d"),
        Refused("PrematureEofInsideKnownRepeatedValue.UINT32", "1880"),
        Refused("PrematureEofInsideUnknownValue.VARINT", "4880"),
        Refused("PrematureEofInsideUnknownValue.FIXED64", "4900000000000000"),
        Refused("PrematureEofInsideUnknownValue.FIXED32", "4d000000"),
        Refused("PrematureEofInDelimitedDataForKnownNonRepeatedValue.STRING", "0a0261"),
        Refused("PrematureEofInDelimitedDataForKnownNonRepeatedValue.BYTES", "12020a"),
        Refused("PrematureEofInDelimitedDataForKnownNonRepeatedValue.MESSAGE", "22020a"),
        Refused("PrematureEofInDelimitedDataForUnknownValue", "4a0261"),
        Refused("PrematureEofInPackedField", "1a0201"),
        Refused("PrematureEofInPackedFieldValue", "1a0180", .badPackedField),
        Refused("PrematureEofInSubmessageValue", "22010a"),
        Refused("PrematureEofInsideTag", "80", .truncated),
        Refused("PrematureEofInsideLengthPrefix", "0a80", .truncated),
        Refused("IllegalZeroFieldNum_Case_0", "0101", .badTag),
        Refused("IllegalZeroFieldNum_Case_1", "0201", .badTag),
        Refused("IllegalZeroFieldNum_Case_2", "0301", .badTag),
        Refused("IllegalZeroFieldNum_Case_3", "0401", .badTag),
        Refused("IllegalZeroFieldNum_TwoBytes", "800000", .badTag),
        Refused("BadTag_FieldNumberTooHigh", "ffffffff7f00", .badTag),
        Refused("BadTag_FieldNumberSlightlyTooHigh", "808080801000", .badTag),
        Refused("BadTag_OverlongVarint", "8a808080808000", .badTag),
        Refused("BadTag_VarintMoreThanTenBytes", "8a80808080808080808080808000", .badTag),
        Refused("BadVarint.ElevenBytes", "188080808080808080808001", .badVarint),
        Refused("BadVarint.OverflowBits", "18ffffffffffffffffff02", .badVarint),
        Refused("BadVarint.Packed", "1a0affffffffffffffffff02", .badVarint),
        Refused("BadVarint.Unknown", "48ffffffffffffffffff02", .badVarint),
        Refused("BadLength.SixBytes", "0a818080808000", .badLength),
        Refused("BadLength.OverInt32", "0a8080808008", .badLength),
        Refused("Group.Start", "0b0c", .group),
        Refused("Group.End", "0c", .group),
        Refused("Group.Unknown", "4b4c", .group),
        Refused("WireType6", "0e", .group),
        Refused("WireType7", "4f", .group),
        Refused("WrongWireType.STRING", "0801", .wrongWireType),
        Refused("WrongWireType.BYTES", "1500000000", .wrongWireType),
        Refused("WrongWireType.UINT32", "1d00000000", .wrongWireType),
        Refused("WrongWireType.MESSAGE", "2001", .wrongWireType),
        Refused("WrongWireType.MAP", "290000000000000000", .wrongWireType),
        Refused("RejectInvalidUtf8.String.Singular", "0a01ff", .invalidUTF8),
        Refused("RejectInvalidUtf8.String.MapKey", "2a030a01ff", .invalidUTF8),
        Refused("RejectInvalidUtf8.String.MapValue", "2a031201ff", .invalidUTF8),
    ]

    @Test(arguments: refused)
    func malformedBytesAreRefused(_ refused: Refused) throws {
        let encoded = bytes(hex: refused.hex)
        let expected = RPCStatus(refused.fault)
        #expect(throws: expected) { try EchoRequest(decoding: encoded) }
        let within = [0x22] + prefixed([0x0A] + prefixed(encoded))
        #expect(throws: RPCStatus.self) { try Frame(decoding: within) }
    }

    @Test func wrongWireTypesOfScalarsAreRefused() {
        let wrong = RPCStatus(.wrongWireType)
        // Client 5 is a bool, whose wire type protobuf-c itself does not look at.
        #expect(throws: wrong) { try Client(decoding: bytes(hex: "2a0101")) }
        #expect(throws: wrong) { try Client(decoding: bytes(hex: "2d01000000")) }
        // Client 4 is an enum; a packed form is for repeated fields only.
        #expect(throws: wrong) { try Client(decoding: bytes(hex: "220101")) }
        // Ping 1 is a fixed64.
        #expect(throws: wrong) { try Ping(decoding: bytes(hex: "0801")) }
        #expect(throws: wrong) { try Ping(decoding: bytes(hex: "0d01000000")) }
        #expect(throws: RPCStatus(.truncated)) { try Ping(decoding: bytes(hex: "0900")) }
    }

    @Test func rejectInvalidUtf8InRepeatedAndOneof() {
        let invalid = RPCStatus(.invalidUTF8)
        #expect(throws: invalid) { try Client(decoding: bytes(hex: "5a01ff")) }
        #expect(throws: invalid) { try FetchRequest(decoding: bytes(hex: "1a01ff")) }
    }

    @Test(arguments: [
        "c080", "c1bf", "e08080", "e09fbf", "eda080", "edbfbf", "f0808080", "f08fbfbf", "f4908080",
        "f5808080", "80", "c3", "e282", "f09f98", "61c3", "c361", "e28261", "f09f9861",
    ])
    func utf8IsStrict(_ hex: String) {
        for padding in ["", "aaaaaaaa", "aaaaaaaaa"] {
            let text = Array(padding.utf8) + bytes(hex: hex)
            #expect(throws: RPCStatus(.invalidUTF8)) {
                try EchoRequest(decoding: [0x0A] + prefixed(text))
            }
        }
    }

    @Test(arguments: ["é", "€", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "😈"])
    func utf8OfEveryLengthPasses(_ text: String) throws {
        for padding in ["", "aaaaaaa", "aaaaaaaa", "aaaaaaaaaaaaaaaaa"] {
            let request = EchoRequest.with { $0.text = padding + text + padding }
            #expect(try EchoRequest(decoding: request.encoded()) == request)
        }
    }

    @Test func repeatedScalarSelectsLast() throws {
        #expect(try EchoRequest(decoding: bytes(hex: "0a01610a0162")).text == "b")
        #expect(try Ping(decoding: bytes(hex: "0901000000000000000902000000000000 00")).opaque == 2)
    }

    @Test func submessagesMerge() throws {
        // AccessContext twice: user_id first, then purpose.
        let request = try GetClientRequest(decoding: bytes(hex: "0a030a0175 0a021002"))
        #expect(request.access?.userID == "u")
        #expect(request.access?.purpose == .assessment)
    }

    @Test func validDataOneofLastWins() throws {
        let request = try FetchRequest(decoding: bytes(hex: "1a0161 220162"))
        #expect(request.subject == .identityCode("b"))
        let back = try FetchRequest(decoding: bytes(hex: "220162 1a0161"))
        #expect(back.subject == .caseReference("a"))
    }

    @Test func oneofMessageReplacesAnother() throws {
        let frame = try Frame(decoding: bytes(hex: "2202 0801 3a00"))
        #expect(frame.kind == .ping(Ping()))
    }

    @Test func validDataMap() throws {
        #expect(try EchoRequest(decoding: bytes(hex: "2a00")).labels == ["": ""])
        #expect(try EchoRequest(decoding: bytes(hex: "2a030a0161")).labels == ["a": ""])
        #expect(try EchoRequest(decoding: bytes(hex: "2a06 120131 0a0161")).labels == ["a": "1"])
        let duplicate = bytes(hex: "2a060a0161120131 2a060a0161120132")
        #expect(try EchoRequest(decoding: duplicate).labels == ["a": "2"])
    }

    @Test func packedAndUnpackedAreTheSame() throws {
        #expect(try EchoRequest(decoding: bytes(hex: "1a03 01ac02")).numbers == [1, 300])
        #expect(try EchoRequest(decoding: bytes(hex: "1801 18ac02")).numbers == [1, 300])
        #expect(try EchoRequest(decoding: bytes(hex: "1801 1a0102 1803")).numbers == [1, 2, 3])
        #expect(try EchoRequest(decoding: bytes(hex: "1a00")).numbers == [])
    }

    @Test func unknownFieldsArePassedOver() throws {
        let hex = "4801 0a0161 4d00000000 490000000000000000 4a0161 8080800400"
        #expect(try EchoRequest(decoding: bytes(hex: hex)) == .with { $0.text = "a" })
    }

    @Test func varintsMayBeLongerThanTheyNeed() throws {
        #expect(try EchoRequest(decoding: bytes(hex: "8a80808000 0161")).text == "a")
        #expect(try EchoRequest(decoding: bytes(hex: "0a8180808000 61")).text == "a")
        #expect(try EchoRequest(decoding: bytes(hex: "18 81808080808080808000")).numbers == [1])
        let most = try EchoRequest(decoding: bytes(hex: "18 ffffffffffffffffff01"))
        #expect(most.numbers == [.max])
    }
}
