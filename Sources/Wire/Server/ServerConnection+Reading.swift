import Logging
import NIOCore

/// Taking what the peer sends, in turns with the other connections of the loop.
extension ServerConnection {
    /// Whether frames may be taken from the buffer now.
    var mayRead: Bool {
        machine.state != .admitting && stalledSince == nil && !turns.isWaiting
    }

    /// Whether it had more to take than a turn's worth last time, or is in the middle of a frame.
    private var isGreedy: Bool { turns.isOver || frames.isInsideFrame }

    /// Who is inside a frame, or whose last read took longer than this with its decryption, waits for its
    /// turn to read as well.
    private static let longReadMin = TimeAmount.microseconds(25)

    /// Bytes of the next frame at the most: before its admission a peer has little to say.
    private var frameBytesMax: Int {
        let bytesMax = core.limits.frameBytesMax
        return machine.state == .awaitingHello ? min(bytesMax, Limits.helloBytesMax) : bytesMax
    }

    func read(context: ChannelHandlerContext) {
        if isHandshaking || isClosing {
            context.read()
        } else if !mayRead {
            isReadPending = true
        } else if frames.isInsideFrame || lastReadTime > Self.longReadMin,
            executor.mustLargeReadWait()
        {
            // Nobody can take back what was read and decrypted: it waits in the socket.
            isReadPending = true
            waitForTurn(now: eventLoop.now)
        } else {
            context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        core.counters.received(bytes: bytes.readableBytes)
        tally.bytesReceived += bytes.readableBytes
        guard !isClosing else { return }
        let now = eventLoop.now
        keepalive.receiveBytes(now: now)
        lastReadTime = executor.readTime(until: now)
        let mustWait = isGreedy && !isReadGranted && executor.shouldGreedyWait
        isReadGranted = false
        frames.append(bytes)
        if turns.isWaiting {
            // What follows of a burst waits with the rest of it.
            executor.chargeRead(to: self)
            holdUnfinishedFrame()
        } else if mustWait, mayRead {
            executor.chargeRead(to: self)
            waitForTurn(now: now)
            holdUnfinishedFrame()
        } else {
            // The calls that these bytes hold run, and their answers are written, before other
            // sockets are looked at: what they need is still in the processor's caches.
            executor.inOneTurn(of: self, since: now) { processFrames(now: now) }
        }
    }

    /// Takes frames from the buffer until it has none, until reading has to wait, or for one turn:
    /// many frames of one peer must not make the others wait.
    private func processFrames(now: NIODeadline) {
        // The buffer is moved out meanwhile: whatever a frame leads to may look at `self.frames`.
        var frames = FrameBuffer(frameBytesMax: core.limits.frameBytesMax)
        swap(&frames, &self.frames)
        turns.begin()
        do throws(FrameError) {
            // Frames that wait take room: where there is none they are judged at once.
            while !isClosing, mayRead, !turns.isOver || core.isFullOfRequests {
                frames.frameBytesMax = frameBytesMax
                let isFrame = try frames.withNextFrame { bytes throws(FrameError) in
                    forgetUnfinishedFrame()
                    receive(try InboundFrame(decoding: bytes), now: now)
                    turns.took(frameBytes: bytes.count, since: now) { self.eventLoop.now }
                }
                if !isFrame { break }
            }
        } catch {
            perform(machine.fail(error.status))
        }
        frames.shrink()
        swap(&frames, &self.frames)
        holdUnfinishedFrame()
        guard !isClosing else { return }
        let isWhole = self.frames.hasFrame
        machine.noteRead(
            insideFrame: self.frames.isInsideFrame && !isWhole, isNewFrame: turns.hasTaken,
            now: now)
        if turns.isOver, mayRead, isWhole { waitForTurn(now: now) }
        holdFrameClock(now: now)
        armTimer()
    }

    /// The time that a frame may take passes only while the server would take its bytes, up to as much again.
    func holdFrameClock(now: NIODeadline) { machine.holdFrame(!mayRead, now: now) }

    /// The end of the frame has come, or never will: from now on a call counts its bytes, which must
    /// not be counted twice.
    func forgetUnfinishedFrame() {
        release(bytes: heldFrameBytes)
        heldFrameBytes = 0
    }

    /// Counts a large frame whose end has not come among what the server holds, and gives up on it
    /// where that is too much.
    private func holdUnfinishedFrame() {
        let bytes = frames.bufferedBytes
        let held = bytes > Limits.smallRequestBytesMax && !isClosing ? bytes : 0
        guard held != heldFrameBytes else { return }
        let isGrowing = held > heldFrameBytes
        let room = hold(bytes: held - heldFrameBytes)
        heldFrameBytes = held
        // A whole frame that waits for its turn is judged by itself.
        guard isGrowing, room != .enough, !frames.hasFrame else { return }
        perform(
            machine.fail(
                LibraryReason.serverOverloaded.status(
                    "the server holds as many unfinished requests as it can")))
        frames = FrameBuffer(frameBytesMax: 0)
        holdUnfinishedFrame()
    }

    // MARK: Waiting

    /// Reading may go on: takes what is buffered, then asks for more; both in turn, like what comes
    /// from the socket.
    func resumeReading() {
        let now = eventLoop.now
        holdFrameClock(now: now)
        guard !isClosing, mayRead else { return }
        if isGreedy, executor.shouldGreedyWait { return waitForTurn(now: now) }
        executor.inOneTurn(of: self, since: now) { processFrames(now: now) }
        guard isReadPending, mayRead, let context else { return }
        isReadPending = false
        read(context: context)
    }

    private func waitForTurn(now: NIODeadline) {
        turns.isWaiting = true
        machine.holdFrame(true, now: now)
        executor.waitForTurn(self)
    }

    func takeTurn() -> TimeAmount {
        turns.isWaiting = false
        let now = eventLoop.now
        holdFrameClock(now: now)
        guard !isClosing, mayRead else { return .zero }
        processFrames(now: now)
        guard isReadPending, mayRead else { return .zero }
        isReadPending = false
        isReadGranted = true
        context?.read()
        return loopUse.last
    }
}
