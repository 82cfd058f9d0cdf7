import Contract
import Testing

@testable import Wire

/// Bytes and JSON that PyPI's protobuf made of the same messages: of every kind of frame with every
/// field set, and of a message with every kind of field.
@Suite struct GoldenMessageTests {
    struct Golden: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let hex: String
        let json: String
    }

    private func expect<Message: WireMessage>(_ type: Message.Type, _ golden: Golden) throws {
        let bytes = bytes(hex: golden.hex)
        let message = try Message(jsonString: golden.json)
        #expect(try message.encoded() == bytes)
        #expect(try Message(decoding: bytes) == message)
        let json = try JSONValue(parsing: golden.json)
        #expect(DifferentialCase.sorted(json) == DifferentialCase.sorted(message.json))
    }

    @Test(arguments: frames)
    func framesAreWhatProtobufWrites(_ frame: Golden) throws {
        try expect(Frame.self, frame)
        // The hand-written reader takes what it is.
        let kind = try bytes(hex: frame.hex).withUnsafeBytes { "\(try InboundFrame(decoding: $0))" }
        #expect(kind.hasPrefix(frame.testDescription))
    }

    @Test func everyKindOfFieldIsWhatProtobufWrites() throws {
        try expect(EveryKind.self, Self.everyKind)
        #expect(Self.frames.count == FrameKind.allCases.count)
    }

    static let frames = [
        Golden(
            testDescription: "hello",
            hex: """
                0a3f0a0301ac021206696364732f311a1a080110021803200428053006380740ffffffff0f480950
                0a580b221475726e3a696364733a636f756e74793a30383a78
                """,
            json: #"""
                {"hello": {"versions": [1, 300], "implementation": "icds/1", "limits":
                {"frameBytesMax": 1, "messageBytesMax": 2, "openCallsMax": 3, "metadataBytesMax":
                4, "callCreditBytes": 5, "connectionCreditBytes": 6, "idleMillisecondsMax": 7,
                "pingIntervalMillisecondsMin": 4294967295, "metadataEntriesMax": 9,
                "usefulMillisecondsMin": 10, "timeoutMillisecondsMax": 11}, "admittedAs": "urn:icds:county:08:x"}}
                """#),
        Golden(
            testDescription: "call",
            hex: """
                122a08011205612e422f4318f0a204220b0a056b2d62696e120200ff22060a016c1201762a020102
                30013801
                """,
            json: #"""
                {"call": {"callId": 1, "method": "a.B/C", "timeoutMilliseconds": 70000,
                "metadata": [{"key": "k-bin", "value": "AP8="}, {"key": "l", "value": "dg=="}],
                "payload": "AQI=", "endOfStream": true, "hasPayload": true}}
                """#),
        Golden(
            testDescription: "message",
            hex: """
                1a1508ffffffff0f120100180120012a060a016b120176
                """,
            json: #"""
                {"message": {"callId": 4294967295, "payload": "AA==", "endOfStream": true,
                "hasPayload": true, "metadata": [{"key": "k", "value": "dg=="}]}}
                """#),
        Golden(
            testDescription: "credit",
            hex: """
                2208080210ffffffff07
                """,
            json: #"""
                {"credit": {"callId": 2, "bytes": 2147483647}}
                """#),
        Golden(
            testDescription: "cancel",
            hex: """
                2a0308ac02
                """,
            json: #"""
                {"cancel": {"callId": 300}}
                """#),
        Golden(
            testDescription: "end",
            hex: """
                32450803123108081201521a016d220b0a090a01661201581a016422041202080522081a060a0174
                12016e220a22080a03612e421201011a010222060a016b1201762a030a0174
                """,
            json: #"""
                {"end": {"callId": 3, "status": {"code": 8, "reason": "R", "message": "m",
                "details": [{"fieldViolation": {"field": "f", "reason": "X", "description": "d"}},
                {"retryInfo": {"delayMilliseconds": 5}}, {"resourceInfo": {"resourceType": "t",
                "resourceName": "n"}}, {"typedMessage": {"typeName": "a.B", "value": "AQ=="}}]},
                "payload": "Ag==", "metadata": [{"key": "k", "value": "dg=="}],
                "trailingMetadata": [{"key": "t"}]}}
                """#),
        Golden(
            testDescription: "ping",
            hex: """
                3a0909ffffffffffffffff
                """,
            json: #"""
                {"ping": {"opaque": "18446744073709551615"}}
                """#),
        Golden(
            testDescription: "pong",
            hex: """
                4209090100000000000000
                """,
            json: #"""
                {"pong": {"opaque": "1"}}
                """#),
        Golden(
            testDescription: "goAway",
            hex: """
                4a1e08ffffffff0f10ffffffffffffffffff011a08445241494e494e4722016d
                """,
            json: #"""
                {"goAway": {"lastCallId": 4294967295, "code": -1, "reason": "DRAINING", "message":
                "m"}}
                """#),
    ]

    static let everyKind =
        Golden(
            testDescription: "EveryKind",
            hex: """
                08ffffffffffffffffff0110feffffffffffffffff0118ffffffff0f20ffffffffffffffffff0128
                ffffffff0f30ffffffffffffffffff013d010000004102000000000000004dffffffff51feffffff
                ffffffff68017202c3a97a0200ff92012008011201621a0163220301ac022a0d080110ffffffffff
                ffffffff013a021002a80102da01020805fa010b00ffffffffffffffffff0182020b01ffffffffff
                ffffffff018a020301ac0292020301ac029a02020201a202020201aa02080100000002000000b202
                080100000000000000ba0204ffffffffc20208ffffffffffffffffda02020100e2020161e20200ea
                020101ea020082030208018203009a03020100c2030d08ffffffffffffffffff011001ca03040801
                1001d2030e0d0100000011ffffffffffffffffda030408011001aa04060a0161120162b204060a01
                61120101ba04070a016112020801ca04050a01611002c80501c8050281060100000000000000b006
                0192070101920804080110029a081608ffffffffffffffffff0110feffffffffffffffff01a20808
                0a01610a03622e63aa08020803f8ffffff0f07
                """,
            json: #"""
                {"optionalInt32": -1, "optionalInt64": "-2", "optionalUint32": 4294967295,
                "optionalUint64": "18446744073709551615", "optionalSint32": -2147483648,
                "optionalSint64": "-9223372036854775808", "optionalFixed32": 1, "optionalFixed64":
                "2", "optionalSfixed32": -1, "optionalSfixed64": "-2", "optionalBool": true,
                "optionalString": "é", "optionalBytes": "AP8=", "optionalNestedMessage": {"a": 1,
                "b": "b", "c": "Yw==", "numbers": [1, 300], "inner": {"x": "1", "y": "-1"},
                "message": {"y": "2"}}, "optionalEnum": "SHADE_DARK", "recursiveMessage":
                {"optionalInt32": 5}, "repeatedInt32": [0, -1], "repeatedInt64": ["1", "-1"],
                "repeatedUint32": [1, 300], "repeatedUint64": ["1", "300"], "repeatedSint32": [1,
                -1], "repeatedSint64": ["1", "-1"], "repeatedFixed32": [1, 2], "repeatedFixed64":
                ["1"], "repeatedSfixed32": [-1], "repeatedSfixed64": ["-1"], "repeatedBool":
                [true, false], "repeatedString": ["a", ""], "repeatedBytes": ["AQ==", ""],
                "repeatedNestedMessage": [{"a": 1}, {}], "repeatedEnum": ["SHADE_LIGHT",
                "SHADE_UNSPECIFIED"], "mapInt32Int32": {"-1": 1}, "mapSint64Uint64": {"-1": "1"},
                "mapFixed32Sfixed64": {"1": "-1"}, "mapUint64Bool": {"1": true},
                "mapStringString": {"a": "b"}, "mapStringBytes": {"a": "AQ=="},
                "mapStringNestedMessage": {"a": {"a": 1}}, "mapStringEnum": {"a": "SHADE_DARK"},
                "unpackedInt32": [1, 2], "unpackedFixed64": ["1"], "unpackedEnum":
                ["SHADE_LIGHT"], "oneofBytes": "AQ==", "optionalTimestamp":
                "1970-01-01T00:00:01.000000002Z", "optionalDuration": "-1.000000002s",
                "optionalFieldMask": "a,b.c", "repeatedTimestamp": ["1970-01-01T00:00:03Z"],
                "lastField": 7}
                """#)
}
