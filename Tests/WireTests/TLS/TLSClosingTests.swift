import NIOCore
import NIOEmbedded
import Testing

@testable import Wire

@Suite struct TLSClosingTests {
    @Test func closeSendsWhatWasFlushedAndCloseNotify() throws {
        let pair = try TLSPair.connected()
        pair.client.send([1, 2])
        let lost = pair.client.channel.write(ByteBuffer(bytes: [3]))
        let closed = pair.client.channel.close()
        #expect(throws: ChannelError.ioOnClosedChannel) { try lost.wait() }
        try pair.server.input(pair.client.output())
        #expect(pair.server.recorder.bytes == [1, 2])
        #expect(pair.server.recorder.inputClosed == [TLSInputClosed(clean: true)])
        #expect(pair.client.channel.isActive)
        // The other side may still answer; the closing one reads on to its close_notify.
        pair.server.send([4])
        pair.server.channel.close(promise: nil)
        #expect(!pair.server.channel.isActive)
        try pair.client.input(pair.server.output())
        #expect(!pair.client.channel.isActive)
        try closed.wait()
        #expect(pair.client.recorder.reads.isEmpty)
        #expect(pair.client.recorder.errors.isEmpty && pair.server.recorder.errors.isEmpty)
    }

    @Test func everyCloseIsAnswered() throws {
        let pair = try TLSPair.connected()
        let first = pair.client.channel.close()
        let second = pair.client.channel.close()
        try pair.server.input(pair.client.output())
        pair.server.channel.close(promise: nil)
        try pair.client.input(pair.server.output())
        try first.wait()
        try second.wait()
    }

    @Test func peerThatNeverAnswersCloseIsLeft() throws {
        let pair = try TLSPair.connected()
        let closed = pair.server.channel.close()
        pair.loop.advanceTime(by: .milliseconds(4_999))
        #expect(pair.server.channel.isActive)
        pair.loop.advanceTime(by: .milliseconds(1))
        #expect(!pair.server.channel.isActive)
        try closed.wait()
        #expect(pair.server.recorder.errors.isEmpty)
    }

    @Test func peerThatGoesOnSendingIsLeftAtTheLimit() throws {
        let pair = try TLSPair.connected()
        let closed = pair.server.channel.close()
        let bytesMax = TLSLimits.standard.lingerBytesMax
        pair.client.send([UInt8](repeating: 1, count: bytesMax / 2))
        try pair.server.input(pair.client.output())
        #expect(pair.server.channel.isActive)
        pair.client.send([UInt8](repeating: 1, count: bytesMax / 2))
        try pair.server.input(pair.client.output())
        #expect(!pair.server.channel.isActive, "with what TLS adds it is over the limit")
        try closed.wait()
        #expect(pair.server.recorder.reads.isEmpty && pair.server.recorder.errors.isEmpty)
    }

    @Test func halfClosedConnectionEndsAtTheTimeLimit() throws {
        let pair = try TLSPair.connected()
        pair.client.channel.close(promise: nil)
        try pair.server.input(pair.client.output())
        pair.loop.advanceTime(by: .milliseconds(9_999))
        #expect(pair.server.channel.isActive)
        pair.loop.advanceTime(by: .milliseconds(1))
        #expect(!pair.server.channel.isActive)
    }

    @Test func endWithoutCloseNotifyIsNotClean() throws {
        let pair = try TLSPair.connected()
        pair.client.send([1])
        try pair.server.input(pair.client.output())
        pair.server.end()
        #expect(pair.server.recorder.bytes == [1])
        #expect(pair.server.recorder.inputClosed == [TLSInputClosed(clean: false)])
        #expect(pair.server.recorder.isInactive)
    }

    @Test func closeInTheHandshakeClosesAtOnce() throws {
        let pair = try TLSPair()
        try pair.activate()
        let held = pair.client.send([1])
        try pair.client.channel.close().wait()
        #expect(!pair.client.channel.isActive)
        #expect(throws: ChannelError.ioOnClosedChannel) { try held.wait() }
    }

    @Test func closeWithinAReadIsSafe() throws {
        let pair = try TLSPair.connected()
        pair.server.recorder.onRead = { $0.close(promise: nil) }
        pair.client.send([UInt8](repeating: 1, count: 600_000))
        pair.client.channel.close(promise: nil)
        try pair.pump()
        // One read's worth came before the close, and nothing after it.
        #expect(pair.server.recorder.reads.count == 1)
        #expect(!pair.server.channel.isActive && !pair.client.channel.isActive)
        #expect(pair.server.recorder.errors.isEmpty && pair.client.recorder.errors.isEmpty)
    }

    @Test func closeWithinTheHandshakesEventIsSafe() throws {
        let pair = try TLSPair()
        pair.server.recorder.onCompletion = { $0.close(promise: nil) }
        try pair.activate()
        pair.client.send([1])
        try pair.pump()
        #expect(pair.server.recorder.reads.isEmpty)
        #expect(pair.client.recorder.inputClosed == [TLSInputClosed(clean: true)])
        #expect(pair.server.recorder.errors.isEmpty)
    }

    @Test func writeAfterCloseFails() throws {
        let pair = try TLSPair.connected()
        pair.client.channel.close(promise: nil)
        let late = pair.client.send([1])
        #expect(throws: ChannelError.ioOnClosedChannel) { try late.wait() }
    }

    @Test func halfCloseIsRefused() throws {
        let pair = try TLSPair.connected()
        #expect(throws: ChannelError.operationUnsupported) {
            try pair.client.channel.close(mode: .output).wait()
        }
        pair.client.send([1])
        try pair.pump()
        #expect(pair.server.recorder.bytes == [1])
    }

    @Test func closeSendsFlushedBytesThroughAFullChannel() throws {
        let pair = try TLSPair.connected()
        pair.client.channel.isWritable = false
        pair.client.send([UInt8](repeating: 5, count: 200_000))
        pair.client.channel.close(promise: nil)
        try pair.pump()
        #expect(pair.server.recorder.bytes.count == 200_000)
        #expect(pair.server.recorder.inputClosed == [TLSInputClosed(clean: true)])
    }

    @Test func closedConnectionLetsGoOfEverything() throws {
        weak var session: TLSSession?
        weak var handler: TLSHandler?
        do {
            let pair = try TLSPair.connected()
            let pipeline = pair.client.channel.pipeline.syncOperations
            handler = try pipeline.handler(type: TLSHandler.self)
            session = handler?.session
            #expect(session != nil)
            pair.client.channel.close(promise: nil)
            try pair.pump()
            pair.server.channel.close(promise: nil)
            try pair.pump()
            #expect(session == nil)
            pair.loop.run()
        }
        #expect(handler == nil)
    }
}
