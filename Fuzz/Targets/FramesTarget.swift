#if DEBUG
    import NIOCore
    import NIOEmbedded
    @testable import Wire

    /// A connection that gets what an input says, and what it sends looked at.
    enum FramesTarget {
        /// Longer than every limit of time that a connection has.
        private static let untilTheEnd = TimeAmount.hours(3)

        static func run(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
            guard let input = FrameInput(bytes) else { return }
            let loop = EmbeddedEventLoop()
            let side: any SideUnderTest
            do {
                side = input.isClient ? try ClientUnderTest(loop) : try ServerUnderTest(loop)
            } catch {
                throw FuzzFinding(description: "no connection: \(error)")
            }
            try run(input, side, loop)
        }

        private static func run(
            _ input: FrameInput, _ side: some SideUnderTest, _ loop: EmbeddedEventLoop
        ) throws(FuzzFinding) {
            var checker = SentFramesChecker(isServer: !input.isClient)
            if !input.hasNoHello { side.arrive(side.peersHello) }
            for step in input.steps {
                switch step {
                case .arrive(let bytes):
                    try decodersAgree(bytes)
                    side.arrive(bytes)
                case .wait(let time): pass(time, side, loop)
                case .act(let number): side.act(number)
                }
                loop.run()
                try checker.check(side)
            }
            side.close()
            loop.run()
            pass(untilTheEnd, side, loop)
            loop.run()
            try checker.check(side)
            if let left = side.leftOver { throw FuzzFinding(description: "left over: \(left)") }
        }

        /// Time goes by. Rounds of this loop end when somebody says so; who waits for a turn would ask for the
        /// end of one every few microseconds of it.
        private static func pass(
            _ time: TimeAmount, _ side: some SideUnderTest, _ loop: EmbeddedEventLoop
        ) {
            let end = loop.now + time
            while loop.now < end {
                side.rounds.roundEnded(of: ObjectIdentifier(loop))
                let isWaiting = side.executor.areTurnsScheduled
                let step: TimeAmount = isWaiting ? .microseconds(20) : .seconds(10)
                loop.advanceTime(by: min(step, end - loop.now))
            }
        }

        /// Compares the hand-written reader of the envelope with the generated one.
        private static func decodersAgree(_ bytes: [UInt8]) throws(FuzzFinding) {
            let content = Array(bytes.dropFirst(4))
            let isTaken = content.withUnsafeBytes { raw in
                do throws(FrameError) {
                    _ = try InboundFrame(decoding: raw)
                    return true
                } catch {
                    return false
                }
            }
            do throws(RPCStatus) {
                let frame = try Frame(decoding: content)
                // With an unknown field, or a kind in two parts, it is protobuf and still no frame.
                let canonical = try frame.encoded()
                guard frame.kind != nil, canonical == content, !isTaken else { return }
            } catch {
                guard isTaken, isReadWhole(content), error.code != .resourceExhausted else {
                    return
                }
                throw FuzzFinding(description: "a frame is taken that is none: \(error)")
            }
            throw FuzzFinding(description: "a frame is refused: \(content)")
        }

        /// Whether all of the frame is read at once: Message, Credit, Cancel, Ping, Pong. Of others a
        /// part is read later and by a decoder of its own.
        private static func isReadWhole(_ content: [UInt8]) -> Bool {
            content.first.map { [0x1a, 0x22, 0x2a, 0x3a, 0x42].contains($0) } ?? false
        }
    }

    /// A side of a connection in a channel without a socket.
    protocol SideUnderTest: AnyObject {
        /// Of the loop that it runs on.
        var rounds: LoopRounds { get }
        var executor: LoopTaskExecutor { get }
        var channel: EmbeddedChannel { get }
        /// The frame that the peer begins with.
        var peersHello: [UInt8] { get }
        /// What the side does of itself.
        func act(_ number: Int)
        /// What is there that should be gone after the end; nil where nothing is.
        var leftOver: String? { get }
    }

    extension SideUnderTest {
        func arrive(_ bytes: [UInt8]) {
            guard channel.isActive else { return }
            // What a handler throws goes to the channel's end of the pipeline, which keeps it.
            _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        }

        func close() {
            _ = try? channel.finish(acceptAlreadyClosed: true)
        }
    }
#endif
