import COpenSSL
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import Wire

@Suite struct TLSDataTests {
    /// The number of TLS records in ciphertext.
    private func recordCount(_ bytes: [UInt8]) -> Int {
        var index = 0
        var count = 0
        while index + 5 <= bytes.count {
            index += 5 + Int(bytes[index + 3]) << 8 + Int(bytes[index + 4])
            count += 1
        }
        return count
    }

    @Test func megabytesArriveWholeInSmallReads() throws {
        let pair = try TLSPair.connected()
        let data = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let sent = pair.client.send(data)
        try pair.pump(chunk: 1460)
        #expect(pair.server.recorder.bytes == data)
        try sent.wait()
    }

    @Test func burstOfWritesIsOneRecord() throws {
        let pair = try TLSPair.connected()
        let futures = (0..<16).map { index in
            pair.server.channel.write(ByteBuffer(repeating: UInt8(index), count: 200))
        }
        #expect(try pair.server.output().isEmpty)
        pair.server.channel.flush()
        let ciphertext = try pair.server.output()
        #expect(recordCount(ciphertext) == 1)
        for future in futures { try future.wait() }
        try pair.client.input(ciphertext)
        #expect(
            pair.client.recorder.reads == [(0..<16).flatMap { [UInt8](repeating: $0, count: 200) }])
    }

    @Test func burstOfRecordsIsOneRead() throws {
        let pair = try TLSPair.connected()
        for index in 0..<10 { pair.client.send([UInt8(index)]) }
        let ciphertext = try pair.client.output()
        #expect(recordCount(ciphertext) == 10)
        try pair.server.input(ciphertext)
        #expect(pair.server.recorder.reads == [Array(0..<10)])
    }

    @Test func largeAndSmallAndEmptyWritesKeepTheirOrder() throws {
        let pair = try TLSPair.connected()
        var expected: [UInt8] = []
        var finished: [Int] = []
        for (index, size) in [1, 0, 20_000, 3, 0, 0, 70_000, 16_384, 16_383, 200_000].enumerated() {
            let part = [UInt8](repeating: UInt8(index), count: size)
            expected += part
            pair.client.channel.write(ByteBuffer(bytes: part)).assumeIsolated().whenSuccess {
                finished.append(index)
            }
        }
        pair.client.channel.flush()
        try pair.pump()
        #expect(pair.server.recorder.bytes == expected)
        #expect(finished == Array(0..<10))
    }

    @Test func writeBeforeTheHandshakeIsHeld() throws {
        let pair = try TLSPair()
        let early = pair.client.send([9])
        try pair.activate()
        pair.client.send([8])
        try pair.pump()
        #expect(pair.server.recorder.bytes == [9, 8])
        try early.wait()
    }

    @Test func requestInThePacketOfTheClientsFinishedIsDelivered() throws {
        let pair = try TLSPair()
        try pair.activate()
        pair.client.send([9])
        try pair.server.input(pair.client.output())
        try pair.client.input(pair.server.output())
        // The client's certificate, its Finished and the first request in one packet.
        try pair.server.input(pair.client.output())
        #expect(pair.server.recorder.completions.count == 1)
        #expect(pair.server.recorder.bytes == [9])
    }

    @Test func heldWritesFailWithTheHandshake() throws {
        let pair = try TLSPair(server: TLSContexts.server({ $0.authority = .unknown }))
        let held = pair.client.send([9])
        try pair.activate()
        try pair.pump()
        #expect(throws: TLSFailure(.unknownCA)) { try held.wait() }
    }

    @Test func unwritableChannelHoldsBackPlaintext() throws {
        let pair = try TLSPair.connected()
        pair.client.channel.isWritable = false
        let sent = pair.client.send([UInt8](repeating: 5, count: 300_000))
        #expect(try pair.client.output().isEmpty)
        pair.client.channel.isWritable = true
        pair.client.channel.pipeline.fireChannelWritabilityChanged()
        try pair.pump()
        #expect(pair.server.recorder.bytes.count == 300_000)
        try sent.wait()
    }

    @Test func readWithoutPlaintextAsksAgain() throws {
        let pair = try TLSPair.connected()
        pair.client.send([1, 2, 3])
        let record = try pair.client.output()
        pair.server.channel.read()
        let before = pair.server.reads.count
        try pair.server.input(record.prefix(7))
        #expect(pair.server.reads.count > before)
        let between = pair.server.reads.count
        try pair.server.input(record.dropFirst(7))
        #expect(pair.server.recorder.bytes == [1, 2, 3])
        // The wish is granted: nothing more is read for those above.
        #expect(pair.server.reads.count == between)
    }

    /// What others have left in the thread's queue of errors is not taken for this connection's.
    @Test func oldErrorsInTheQueueAreNobodys() throws {
        let pair = try TLSPair.connected()
        pair.client.send([1, 2, 3])
        let record = try pair.client.output()
        for part in [record.prefix(7), record.dropFirst(7)] {
            #expect(BIO_new_file("/nowhere", "r") == nil)
            #expect(ERR_peek_error() != 0)
            try pair.server.input(part)
        }
        #expect(pair.server.recorder.bytes == [1, 2, 3])
        #expect(BIO_new_file("/nowhere", "r") == nil)
        pair.server.send([4])
        pair.server.channel.close(promise: nil)
        #expect(BIO_new_file("/nowhere", "r") == nil)
        try pair.client.input(pair.server.output())
        #expect(pair.client.recorder.bytes == [4])
        #expect(pair.client.recorder.inputClosed == [TLSInputClosed(clean: true)])
        #expect(pair.server.recorder.errors.isEmpty && pair.client.recorder.errors.isEmpty)
    }

    @Test func replyWithinAReadIsSent() throws {
        let pair = try TLSPair.connected()
        pair.server.recorder.onRead = { context in
            context.writeAndFlush(NIOAny(ByteBuffer(bytes: [42])), promise: nil)
        }
        pair.client.send([1])
        try pair.pump()
        #expect(pair.client.recorder.bytes == [42])
    }
}
