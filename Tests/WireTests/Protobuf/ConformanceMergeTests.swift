import Contract
import Testing

@testable import Wire

/// Cases of protobuf's conformance suite on merging, on oneofs and on maps, in the suite's names.
@Suite struct ConformanceMergeTests {
    private static let nested: UInt64 = 18
    private static let oneofNested: UInt64 = 112

    @Test(arguments: [nested, oneofNested])
    func messagesOfTwoPartsAreOne(_ number: UInt64) throws {
        // RepeatedScalarMessageMerge, ValidDataOneof.MESSAGE.Merge.
        let first =
            field(1, varint: 1) + field(2, [0x61]) + field(3, [1]) + field(4, [1, 2])
            + field(5, field(1, varint: 5)) + field(6, varint: 6)
        let second =
            field(1, varint: 0) + field(3, []) + field(4, [3]) + field(5, field(2, varint: 7))
        let message = try EveryKind(decoding: field(number, first) + field(number, second))
        let expected = EveryKind.Nested.with {
            // Said to be 0 by the second part, and with it c.
            $0.a = 0
            $0.b = "a"
            $0.numbers = [1, 2, 3]
            $0.inner = .with {
                $0.x = 5
                $0.y = 7
            }
            $0.choice = .number(6)
        }
        #expect(merged(message, number) == expected)
        // Parts of a part merge, too, with other fields between.
        let apart = try EveryKind(
            decoding: field(27, field(number, first)) + field(1, varint: 3)
                + field(27, field(number, second)))
        #expect(apart.recursiveMessage.flatMap { merged($0, number) } == expected)
        #expect(apart.optionalInt32 == 3)
    }

    private func merged(_ message: EveryKind, _ number: UInt64) -> EveryKind.Nested? {
        guard number == Self.oneofNested else { return message.optionalNestedMessage }
        guard case .oneofNestedMessage(let nested)? = message.oneofField else { return nil }
        return nested
    }

    @Test func aMemberBetweenTheirPartsEndsThem() throws {
        let part = { (value: UInt64) in field(Self.oneofNested, field(1, varint: value)) }
        let other = field(113, [0x61])
        let text = field(Self.oneofNested, field(2, [0x62]))
        let last = try EveryKind(decoding: part(1) + other + text)
        #expect(last.oneofField == .oneofNestedMessage(.with { $0.b = "b" }))
        let ended = try EveryKind(decoding: part(1) + text + other)
        #expect(ended.oneofField == .oneofString("a"))
        let inner = field(120, field(1, varint: 4))
        let another = try EveryKind(
            decoding: part(1) + text + inner + field(120, field(2, varint: 2)))
        #expect(
            another.oneofField
                == .oneofInnerMessage(
                    .with {
                        $0.x = 4
                        $0.y = 2
                    }))
    }

    @Test func oneofWithinAMergedMessageTakesItsLastMember() throws {
        let number = field(Self.nested, field(6, varint: 6))
        let message = field(Self.nested, field(7, field(1, varint: 1)))
        let more = field(Self.nested, field(7, field(2, varint: 2)))
        let merged = try EveryKind(decoding: number + message + more).optionalNestedMessage
        #expect(
            merged?.choice
                == .message(
                    .with {
                        $0.x = 1
                        $0.y = 2
                    }))
        let back = try EveryKind(decoding: message + more + number).optionalNestedMessage
        #expect(back?.choice == .number(6))
    }

    @Test func mergingKeepsWhatIsRepeatedApart() throws {
        let one = field(48, field(5, field(1, varint: 1)) + field(5, field(2, varint: 2)))
        let message = try EveryKind(decoding: one + one)
        let inner = EveryKind.Inner.with {
            $0.x = 1
            $0.y = 2
        }
        #expect(message.repeatedNestedMessage.map(\.inner) == [inner, inner])
    }

    @Test func partsAreLimitedLikeEverythingElse() {
        let many = [UInt8]((0..<70_000).flatMap { _ in field(Self.nested, field(1, varint: 1)) })
        #expect(throws: RPCStatus(.tooManyFields)) { try EveryKind(decoding: many) }
        // Deep parts of deep parts: as deep as allowed, and one deeper.
        var deep = field(1, varint: 1)
        for _ in 1..<32 { deep = field(1, deep) + field(1, []) }
        #expect(throws: RPCStatus.self) { try Node(decoding: deep) }
        var allowed: [UInt8] = []
        for _ in 1..<32 { allowed = field(1, allowed) + field(1, []) }
        #expect(throws: Never.self) { try Node(decoding: allowed) }
        #expect(throws: RPCStatus(.nestingTooDeep)) { try Node(decoding: field(1, allowed)) }
    }

    @Test func oneofZero() throws {
        let cases: [(String, [UInt8], EveryKind.OneofField)] = [
            ("OneofZeroUint32", field(111, varint: 0), .oneofUint32(0)),
            ("OneofZeroMessage", field(112, []), .oneofNestedMessage(.init())),
            ("OneofZeroString", field(113, []), .oneofString("")),
            ("OneofZeroBytes", field(114, []), .oneofBytes([])),
            ("OneofZeroBool", field(115, varint: 0), .oneofBool(false)),
            ("OneofZeroUint64", field(116, varint: 0), .oneofUint64(0)),
            ("OneofZeroEnum", field(119, varint: 0), .oneofEnum(.unspecified)),
        ]
        for (name, bytes, expected) in cases {
            let message = try EveryKind(decoding: bytes)
            #expect(message.oneofField == expected, "\(name)")
            #expect(try message.encoded() == bytes, "\(name)")
            // MultipleValuesForDifferentField, MultipleValuesForSameField.
            for (_, other, _) in cases {
                #expect(
                    try EveryKind(decoding: other + bytes + bytes).oneofField == expected,
                    "\(name)")
            }
        }
    }

    @Test func validDataMapOfNumbers() throws {
        let maps: [UInt64] = [56, 57, 58, 59]
        for number in maps {
            let value = number == 58 ? 1 as UInt64 : 0
            let key = number == 58 ? tag(1, 5) + [3, 0, 0, 0] : field(1, varint: 6)
            let content = value == 0 ? field(2, varint: 1) : tag(2, 1) + [1, 0, 0, 0, 0, 0, 0, 0]
            let whole = try EveryKind(decoding: field(number, key + content))
            #expect(whole != EveryKind(), "Default")
            #expect(try EveryKind(decoding: field(number, content + key)) == whole, "Unordered")
            let twice = field(number, key) + field(number, key + content)
            #expect(try EveryKind(decoding: twice) == whole, "DuplicateKey")
            let inEntry = field(number, key + key + content)
            #expect(try EveryKind(decoding: inEntry) == whole, "DuplicateKeyInMapEntry")
            let values = field(number, key + content + content)
            #expect(try EveryKind(decoding: values) == whole, "DuplicateValueInMapEntry")
            let missing = try EveryKind(decoding: field(number, []))
            #expect(try missing.encoded() == field(number, []), "MissingDefault")
        }
    }

    @Test func validDataMapOfMessages() throws {
        let key = field(1, [0x6b])
        let first = field(2, field(1, varint: 1) + field(4, [1]))
        let second = field(2, field(2, [0x62]) + field(4, [2]))
        // ValidDataMap.STRING.MESSAGE.MergeValue: two values in one entry are parts of one.
        let entry = field(71, key + first + second)
        let merged = try EveryKind(decoding: entry).mapStringNestedMessage
        #expect(
            merged
                == [
                    "k": .with {
                        $0.a = 1
                        $0.b = "b"
                        $0.numbers = [1, 2]
                    }
                ])
        // Two entries of one key are not: the last wins.
        let entries = field(71, key + first) + field(71, key + second)
        let last = try EveryKind(decoding: entries).mapStringNestedMessage
        #expect(
            last
                == [
                    "k": .with {
                        $0.b = "b"
                        $0.numbers = [2]
                    }
                ])
        #expect(
            try EveryKind(decoding: field(71, key)).mapStringNestedMessage
                == ["k": EveryKind.Nested()])
    }
}
