import Contract
import Logging
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import Wire

/// What a connection takes, and when, where others want the loop, too.
@Suite struct FairTurnsTests {
    private struct EchoMethod: RPCService {
        var methods: [RegisteredMethod] {
            [.unary(EchoServiceMethods.echo) { (_: EchoRequest, _) in EchoResponse() }]
        }
    }

    /// An admitted connection without a socket, on a loop whose clock and rounds the test moves.
    private struct Setting {
        let loop = EmbeddedEventLoop()
        let rounds = LoopRounds()
        let reads = ReadCounter()
        let core: ServerCore
        let executor: LoopTaskExecutor
        let connection: ServerConnection
        let channel: EmbeddedChannel

        init(limits: Limits = .default) throws {
            core = try ServerCore(
                limits: limits, services: [EchoMethod()], authority: TestAuthorityOfCalls(),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            executor = LoopTaskExecutor(eventLoop: loop, rounds: rounds)
            connection = ServerConnection(core: core, executor: executor, remoteAddress: "peer")
            channel = EmbeddedChannel(loop: loop)
            try channel.pipeline.syncOperations.addHandlers([reads, connection])
            channel.connect(to: try SocketAddress(unixDomainSocketPath: "/test"), promise: nil)
            let issued = try TestPKI.shared.issue(uris: ["urn:icds:municipality:837:casework"])
            channel.pipeline.fireUserInboundEventTriggered(
                TLSHandshakeCompleted(
                    peer: try Certificate(bytes: issued.der), protocolVersion: "TLSv1.3",
                    cipher: "TLS_AES_256_GCM_SHA384", validUntil: .max))
            try input(RawPeer.framed(.hello(.with { $0.versions = [1] })))
            loop.run()
            #expect(connection.machine.state == .ready)
        }

        func input(_ bytes: some Sequence<UInt8>) throws {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
        }

        /// So much plaintext that decrypting it takes long, where others have used up the round.
        func inputMuch(_ bytes: [UInt8], isRoundUsedUp: Bool = true) {
            executor.measureRead(bytes: bytes.count) {
                loop.advanceTime(by: .microseconds(100))
                if isRoundUsedUp { useUpTheRound() }
                channel.pipeline.fireChannelRead(NIOAny(ByteBuffer(bytes: bytes)))
            }
        }

        /// The round has done so much that greedy connections wait.
        func useUpTheRound() { executor.work.add(.microseconds(300)) }

        /// The loop looks at its sockets, and those who wait have their turn.
        func nextRound() {
            rounds.roundEnded(of: ObjectIdentifier(loop))
            loop.advanceTime(by: .microseconds(10))
        }

        func end() { _ = try? channel.finish() }
    }

    /// Calls that are refused, which is the least that a call costs.
    private func calls(_ ids: ClosedRange<UInt32>) throws -> [UInt8] {
        try ids.flatMap { id in
            try RawPeer.framed(
                .call(
                    .with {
                        $0.callID = id
                        $0.method = "no.such/Method"
                    }))
        }
    }

    private static let beginningOfAFrame =
        withUnsafeBytes(of: UInt32(4_000_000).bigEndian, Array.init)
        + [UInt8](repeating: 0x2a, count: 60_000)

    @Test func longReadWaitsInTheSocketUntilItsTurn() throws {
        let setting = try Setting()
        setting.inputMuch(Self.beginningOfAFrame, isRoundUsedUp: false)
        let before = setting.reads.count
        setting.channel.read()
        #expect(setting.reads.count == before + 1, "nobody else wants the loop")
        setting.useUpTheRound()
        setting.channel.read()
        #expect(setting.reads.count == before + 1)
        #expect(setting.executor.hasWaiting)
        setting.nextRound()
        #expect(setting.reads.count == before + 2)
        setting.end()
    }

    @Test func whoReadsLittleIsReadAtOnce() throws {
        let setting = try Setting()
        setting.useUpTheRound()
        try setting.input(calls(1...1))
        let before = setting.reads.count
        setting.channel.read()
        #expect(setting.reads.count == before + 1)
        #expect(setting.core.counters.snapshot.callsReceived == 1)
        setting.end()
    }

    /// Waiting once for a read and once more for what it brought would be twice.
    @Test func whatWasWaitedForIsTakenWhenItComes() throws {
        let setting = try Setting()
        setting.inputMuch(Self.beginningOfAFrame)
        setting.channel.read()
        #expect(setting.executor.hasWaiting)
        setting.nextRound()
        setting.inputMuch([UInt8](repeating: 0, count: 60_000))
        #expect(!setting.executor.hasWaiting)
        setting.inputMuch([UInt8](repeating: 0, count: 60_000))
        #expect(setting.executor.hasWaiting, "this one was not")
        #expect(setting.connection.loopUse.counted(at: setting.loop.now) > 300_000)
        setting.end()
    }

    @Test func whatCameWhileThePeerDidNotReadIsTakenInTurns() throws {
        let setting = try Setting()
        try setting.input(calls(1...16))
        setting.channel.isWritable = false
        setting.channel.pipeline.fireChannelWritabilityChanged()
        try setting.input(calls(17...40))
        let received = { setting.core.counters.snapshot.callsReceived }
        #expect(received() == 16)
        setting.useUpTheRound()
        setting.channel.isWritable = true
        setting.channel.pipeline.fireChannelWritabilityChanged()
        #expect(received() == 16)
        setting.nextRound()
        #expect(received() == 40)
        setting.end()
    }

    @Test func frameThatTheServerLetsWaitDoesNotRunOutOfTime() throws {
        var limits = Limits.default
        limits.frameGapMillisecondsMax = 20
        let setting = try Setting(limits: limits)
        try setting.input(Self.beginningOfAFrame)
        setting.loop.advanceTime(by: .milliseconds(15))
        setting.useUpTheRound()
        try setting.input([0, 0])
        #expect(setting.executor.hasWaiting)
        setting.loop.advanceTime(by: .milliseconds(100))
        #expect(!setting.connection.isClosing, "its bytes are there")
        setting.nextRound()
        #expect(!setting.executor.hasWaiting)
        setting.loop.advanceTime(by: .milliseconds(19))
        #expect(!setting.connection.isClosing)
        setting.loop.advanceTime(by: .milliseconds(2))
        #expect(setting.connection.isClosing, "now the peer has let the server wait")
        #expect(setting.core.counters.snapshot.endsByReason["FRAME_TIMEOUT"] == 1)
        setting.end()
    }
}
