import Contract
import Testing

@testable import Wire

/// What a hostile peer can put into one frame.
@Suite struct HostileMessageTests {
    /// `depth` nodes inside one another, the outermost included. Built from the inside.
    static func nodes(depth: Int) -> [UInt8] {
        // Written back to front, so that ten thousand levels take no time.
        var reversed: [UInt8] = []
        for _ in 1..<depth {
            reversed += varint(UInt64(reversed.count)).reversed() + [0x0A]
        }
        return reversed.reversed()
    }

    /// An `EchoRequest` with so many empty `nodes`, two bytes each.
    static func emptyNodes(_ count: Int) -> [UInt8] {
        (0..<count * 2).map { $0 % 2 == 0 ? 0x32 : 0 }
    }

    static func reason(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let status as RPCStatus {
            return "\(status.code.name)/\(status.reason)"
        } catch {
            return "\(error)"
        }
    }

    @Test func nestingAtTheLimitPassesAndOneMoreDoesNot() throws {
        let node = try Node(decoding: Self.nodes(depth: 32))
        #expect(try node.encoded() == Self.nodes(depth: 32))
        #expect(throws: RPCStatus(.nestingTooDeep)) { try Node(decoding: Self.nodes(depth: 33)) }
        var limits = MessageLimits.standard
        limits.depthMax = 2
        #expect(throws: Never.self) { try Node(decoding: Self.nodes(depth: 2), limits: limits) }
        #expect(throws: RPCStatus(.nestingTooDeep)) {
            try Node(decoding: Self.nodes(depth: 3), limits: limits)
        }
    }

    @Test func nestingOfTenThousandIsRefused() {
        let bomb = Self.nodes(depth: 10_000)
        #expect(Self.reason { _ = try Node(decoding: bomb) } == "INTERNAL/NESTING_TOO_DEEP")
        let request = [0x22] + prefixed(bomb)
        #expect(
            Self.reason { _ = try EchoRequest(decoding: request) } == "INTERNAL/NESTING_TOO_DEEP")
    }

    @Test func aValueTooDeepToSendIsRefused() throws {
        var node = Node()
        for _ in 1..<32 { node = .with { $0.child = node } }
        #expect(throws: Never.self) { try node.encoded() }
        let deeper = Node.with { $0.child = node }
        #expect(throws: RPCStatus(.nestingTooDeep)) { try deeper.encoded() }
    }

    @Test func fourMegabytesOfEmptySubmessagesAreRefused() {
        let bomb = Self.emptyNodes(2_097_152)
        let reason = Self.reason { _ = try EchoRequest(decoding: bomb) }
        #expect(reason == "RESOURCE_EXHAUSTED/MESSAGE_TOO_COMPLEX")
    }

    @Test func emptySubmessagesWithinTheCountAreHeldByTheBudget() {
        let bomb = Self.emptyNodes(4_000)
        #expect(throws: RPCStatus(.memoryBudget)) { try EchoRequest(decoding: bomb) }
        let honest = Self.emptyNodes(50)
        #expect(throws: Never.self) { try EchoRequest(decoding: honest) }
    }

    @Test func manyUnknownFieldsAreRefused() {
        var limits = MessageLimits.standard
        limits.unknownFieldsMax = 3
        let unknown: [UInt8] = [0x48, 1]
        #expect(throws: Never.self) {
            try EchoRequest(decoding: unknown + unknown + unknown, limits: limits)
        }
        #expect(throws: RPCStatus(.tooManyUnknownFields)) {
            try EchoRequest(decoding: unknown + unknown + unknown + unknown, limits: limits)
        }
    }

    @Test func fieldsAreCountedInAllLevelsTogether() {
        var limits = MessageLimits.standard
        limits.fieldsMax = 4
        // text, node, its child, the map's field …
        let four = bytes(hex: "0a0161 22020a00 120162")
        #expect(throws: Never.self) { try EchoRequest(decoding: four, limits: limits) }
        #expect(throws: RPCStatus(.tooManyFields)) {
            try EchoRequest(decoding: four + [0x12, 0], limits: limits)
        }
    }

    @Test func elementsAreCountedInEveryForm() {
        var limits = MessageLimits.standard
        limits.elementsMax = 4
        // Two packed, one unpacked, one map entry, and then one more of each kind.
        let four = bytes(hex: "1a020102 1803 2a00")
        #expect(throws: Never.self) { try EchoRequest(decoding: four, limits: limits) }
        for more in ["1a0101", "1801", "2a00", "3200"] {
            #expect(throws: RPCStatus(.tooManyElements)) {
                try EchoRequest(decoding: four + bytes(hex: more), limits: limits)
            }
        }
        #expect(throws: RPCStatus(.tooManyElements)) {
            try Client(decoding: bytes(hex: "5a005a005a005a005a00"), limits: limits)
        }
    }

    @Test func nulInStringsIsRefusedAtEveryPlace() {
        let nul = RPCStatus(.nulInString)
        for text in ["\0", "ad\0mn", "abcdefg\0", "abcdefgh\0", "abcdefghijklmnop\0q", "é\0"] {
            #expect(throws: nul) { try EchoRequest(decoding: [0x0A] + prefixed(Array(text.utf8))) }
            #expect(throws: nul) { try EchoRequest.with { $0.text = text }.encoded() }
            #expect(throws: nul) { try EchoRequest.with { $0.labels = ["k": text] }.encoded() }
        }
        let payload = EchoRequest.with { $0.payload = [0, 1, 0] }
        #expect(throws: Never.self) { try EchoRequest(decoding: payload.encoded()) }
    }

    @Test func everyTruncationOfAMessageIsRefusedOrShorter() throws {
        let whole = GoldenBytesTests.clientBytes
        for count in 0..<whole.count {
            let part = Array(whole[..<count])
            if let client = try? Client(decoding: part) {
                #expect(try client.encoded() == part)
            }
        }
    }

    @Test func everyChangedByteIsRefusedOrReadAgainTheSame() throws {
        let whole = GoldenBytesTests.clientBytes
        for index in whole.indices {
            for bit in 0..<8 {
                var changed = whole
                changed[index] ^= 1 << UInt8(bit)
                guard let client = try? Client(decoding: changed) else { continue }
                #expect(try Client(decoding: client.encoded()) == client)
            }
        }
    }
}
