import NIOCore
import Testing

@testable import Wire

/// The hand-written envelope against the generated `Frame`, and the bytes that neither may take.
@Suite struct FrameCodecTests {
    private func decode(_ bytes: [UInt8]) throws(FrameError) -> String {
        var buffer = FrameBuffer(frameBytesMax: 1_000)
        buffer.append(ByteBuffer(integer: UInt32(bytes.count)))
        buffer.append(ByteBuffer(bytes: bytes))
        var text = ""
        _ = try buffer.withNextFrame { raw throws(FrameError) in
            text = "\(try InboundFrame(decoding: raw))"
        }
        return text
    }

    private func malformed(_ bytes: [UInt8]) -> FrameError.Problem? {
        do throws(FrameError) {
            _ = try decode(bytes)
            return nil
        } catch {
            if case .malformed(let problem) = error { return problem }
            return nil
        }
    }

    /// Writes with the hand-written encoder, reads with the generated decoder.
    private func generated(_ write: (inout FrameWriter) -> Void) throws -> Frame.Kind? {
        var writer = FrameWriter()
        write(&writer)
        var buffer = writer.take()
        let length = buffer.readInteger(as: UInt32.self)
        #expect(length == UInt32(buffer.readableBytes))
        return try Frame(decoding: Array(buffer.readableBytesView)).kind
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, 300_000])
    func writtenCallIsWhatTheGeneratedDecoderReads(_ payloadBytes: Int) throws {
        let payload = [UInt8](repeating: 9, count: payloadBytes)
        let entries = Metadata([.init(key: "trace", value: Array("abc".utf8))])
        let kind = try generated { writer in
            writer.writeCall(
                callID: 300, method: "a.B/C", timeoutMilliseconds: 70_000,
                metadata: (try? MetadataCoding.encoded(entries)) ?? [], payload: payload)
        }
        guard case .call(let call) = kind else {
            Issue.record("no call")
            return
        }
        #expect(call.callID == 300)
        #expect(call.method == "a.B/C")
        #expect(call.timeoutMilliseconds == 70_000)
        #expect(call.payload == payload)
        #expect(call.endOfStream)
        #expect(call.metadata.map(\.key) == ["trace"])
    }

    @Test func callWithoutAnythingIsStillAsLongAsItSays() throws {
        let kind = try generated { writer in
            writer.writeCall(
                callID: 1, method: "", timeoutMilliseconds: 0, metadata: [], payload: [])
        }
        #expect(
            kind
                == .call(
                    .with {
                        $0.callID = 1
                        $0.endOfStream = true
                    }))
    }

    @Test func writtenEndIsWhatTheGeneratedDecoderReads() throws {
        let status = RPCStatus(
            .notFound, "NO_CLIENT", "there is none",
            details: [.fieldViolation(field: "id", reason: "UNKNOWN", description: "not known")],
            retryAfterMilliseconds: 5)
        let bytes = StatusCoding.encoded(status)
        let kind = try generated { $0.writeEnd(callID: 1, status: bytes, payload: []) }
        guard case .end(let end) = kind else {
            Issue.record("no end")
            return
        }
        #expect(end.callID == 1)
        #expect(end.status?.code == 5)
        #expect(try bytes.withUnsafeBytes { try StatusCoding.decode($0) } == status)
    }

    @Test func statusWithTextThatCannotBeEncodedStillHasItsCode() throws {
        let status = RPCStatus(
            .internal, "X", "a\0b",
            details: [.resource(type: "client\0", name: "n")])
        let bytes = StatusCoding.encoded(status)
        let decoded = try bytes.withUnsafeBytes { try StatusCoding.decode($0) }
        #expect(decoded == RPCStatus(.internal, "X", "ab"))
    }

    @Test func smallFramesAreWhatTheGeneratedDecoderReads() throws {
        #expect(
            try generated { $0.writeCancel(callID: 9) } == .cancel(.with { $0.callID = 9 }))
        #expect(
            try generated { $0.writeOpaque(.ping, .max) } == .ping(.with { $0.opaque = .max }))
        #expect(try generated { $0.writeOpaque(.pong, 0) } == .pong(.with { $0.opaque = 0 }))
    }

    @Test func everyGeneratedFrameIsReadInPlace() throws {
        let call = Call.with {
            $0.callID = 5
            $0.method = "m"
            $0.payload = [1, 2, 3]
            $0.hasPayload = true
            $0.metadata = [.with { $0.key = "k" }, .with { $0.key = "l" }]
        }
        let bytes = try call.encoded()
        try bytes.withUnsafeBytes { raw in
            let frame = try CallFrame(decoding: raw)
            #expect(frame.callID == 5)
            #expect(Array(frame.payload) == [1, 2, 3])
            #expect(frame.hasPayload)
            #expect(!frame.endOfStream)
            let metadata = try MetadataCoding.read(frame.metadata, limits: .default)
            #expect(metadata.entries.map(\.key) == ["k", "l"])
        }
        let message = Message.with {
            $0.callID = 6
            $0.payload = [7]
            $0.endOfStream = true
        }
        try message.encoded().withUnsafeBytes { raw in
            let frame = try MessageFrame(decoding: raw)
            #expect(frame.callID == 6)
            #expect(Array(frame.payload) == [7])
            #expect(frame.endOfStream)
        }
    }

    @Test func bytesThatAreNoFrameAreRefused() {
        #expect(malformed([]) == .empty)
        #expect(malformed([0x00, 0x00]) == .badTag)
        #expect(malformed([0x52, 0x00]) == .unknownKind)
        #expect(malformed([0x2a, 0x02, 0x08]) == .truncatedField)
        #expect(malformed([0x2a, 0x01, 0x08]) == .truncatedField)
        #expect(malformed([0x2a, 0x00, 0x2a, 0x00]) == .severalKinds)
        #expect(malformed([0x28, 0x01]) == .wrongWireType)
        #expect(malformed([0x2a, 0x02, 0x0b, 0x0c]) == .badTag)
        #expect(malformed([0x2a, 0x05, 0x0d, 1, 0, 0, 0]) == .wrongWireType)
        let overflow: [UInt8] = [0x2a, 11, 0x08] + [UInt8](repeating: 0xff, count: 9) + [0x02]
        #expect(malformed(overflow) == .badVarint)
        #expect(malformed([0x2a, 0x06, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]) == .badTag)
    }

    @Test func unknownFieldInsideAKindIsPassedOver() throws {
        // Cancel { call_id 1, field 15: varint, fixed64, bytes, fixed32 }.
        let body: [UInt8] =
            [0x08, 0x01, 0x78, 0x05, 0x79] + [UInt8](repeating: 0, count: 8)
            + [0x7a, 0x01, 0x41, 0x7d, 0, 0, 0, 0]
        #expect(try decode([0x2a, UInt8(body.count)] + body) == "cancel(callID: 1)")
    }

    @Test func framesAreCutWhereverTheBytesBreak() throws {
        var writer = FrameWriter()
        for id in 1...3 as ClosedRange<UInt32> { writer.writeCancel(callID: id) }
        let bytes = Array(writer.take().readableBytesView)
        for size in 1...bytes.count {
            var buffer = FrameBuffer(frameBytesMax: 100)
            var seen: [String] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                buffer.append(ByteBuffer(bytes: rest.prefix(size)))
                rest = rest.dropFirst(size)
                while try buffer.withNextFrame({ raw throws(FrameError) in
                    seen.append("\(try InboundFrame(decoding: raw))")
                }) {}
                buffer.shrink()
            }
            #expect(seen == (1...3).map { "cancel(callID: \($0))" })
            #expect(!buffer.isInsideFrame)
        }
    }

    @Test func largeFrameMakesRoomForAFewTimesWhatHasCome() {
        var buffer = FrameBuffer(frameBytesMax: 4_000_000)
        buffer.append(ByteBuffer(integer: UInt32(4_000_000)))
        #expect(buffer.capacityBytes < 1_000, "a length alone makes no room")
        var capacities: Set<Int> = []
        for _ in 1...62 {
            buffer.append(ByteBuffer(repeating: 0, count: 64_000))
            capacities.insert(buffer.capacityBytes)
            #expect(buffer.capacityBytes <= 8 * buffer.bufferedBytes)
        }
        #expect(capacities.count <= 4, "each new one copies all that is there")
        var small = FrameBuffer(frameBytesMax: 4_000_000)
        small.append(ByteBuffer(integer: UInt32(100)))
        small.append(ByteBuffer(repeating: 0, count: 50))
        #expect(small.capacityBytes <= 128)
    }

    @Test func lengthIsJudgedBeforeTheFrameIsThere() throws {
        var atLimit = FrameBuffer(frameBytesMax: 100)
        atLimit.append(ByteBuffer(integer: UInt32(100)))
        let isFrame = try atLimit.withNextFrame { _ throws(FrameError) in }
        #expect(!isFrame)
        var over = FrameBuffer(frameBytesMax: 100)
        over.append(ByteBuffer(integer: UInt32(101)))
        do throws(FrameError) {
            _ = try over.withNextFrame { _ throws(FrameError) in }
            Issue.record("taken")
        } catch {
            #expect(error == .tooLarge(bytes: 101, bytesMax: 100))
        }
    }

    @Test(arguments: [
        ("ok-key_1.x", "printable ~", true), ("", "v", false), ("Upper", "v", false),
        ("k", "caf\u{e9}", false), ("k", "line\n", false), ("k-bin", "\u{1}\n", true),
        (String(repeating: "k", count: 64), "", true),
        (String(repeating: "k", count: 65), "", false),
    ])
    func metadataHoldsWhatItMay(_ key: String, _ value: String, _ isValid: Bool) {
        #expect(
            MetadataCoding.isValid(.init(key: key, value: Array(value.utf8))) == isValid)
    }
}
