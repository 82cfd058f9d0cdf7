import Synchronization

/// A streaming call between the tasks that read and write and the event loop that carries it. The
/// loop delivers and fetches; tasks take and put; each waits for the other nowhere but here.
final class ClientStream: Sendable {
    private struct State {
        var inbox: StreamInbox
        var outbox = StreamOutbox()
        /// Tasks that wait for something to read, and for room to write.
        var readers: [CheckedContinuation<Void, Never>] = []
        var writers: [CheckedContinuation<Void, Never>] = []

        mutating func takeReaders() -> [CheckedContinuation<Void, Never>] {
            defer { readers = [] }
            return readers
        }

        mutating func takeWriters() -> [CheckedContinuation<Void, Never>] {
            defer { writers = [] }
            return writers
        }
    }

    /// The call's id once it was sent; 0 before.
    let callID = Atomic<UInt32>(0)
    private let messageBytesMax: Int
    private let budget: ReceiveBudget
    private let transport: any StreamTransport
    private let onOver: (@Sendable () -> Void)?
    private let state: Mutex<State>

    /// A stream whose answers may be `creditBytes` ahead of their reader; a message of its requests
    /// has `messageBytesMax` bytes at the most.
    init(
        creditBytes: Int, messageBytesMax: Int, budget: ReceiveBudget,
        transport: any StreamTransport, onOver: (@Sendable () -> Void)? = nil
    ) {
        self.messageBytesMax = messageBytesMax
        self.budget = budget
        self.transport = transport
        self.onOver = onOver
        state = Mutex(State(inbox: StreamInbox(creditBytes: creditBytes)))
    }

    // MARK: Reading

    /// The next message; nil at the end of a call that ended with OK.
    func next() async throws(CallFailure) -> [UInt8]? {
        if Task.isCancelled { cancel() }
        while true {
            switch state.withLock({ $0.inbox.take() }) {
            case .message(let bytes, let cost, let giveBack):
                if giveBack > 0 { transport.giveBack(giveBack, of: self) }
                if cost > 0, budget.release(cost) { transport.giveBackWithheld() }
                return bytes
            case .end: return nil
            case .failure(let failure): throw failure
            case .wait: await waitForNews()
            }
        }
    }

    /// Leading metadata, when it or the end of the call is there.
    func leadingMetadata() async -> Metadata {
        while true {
            if let metadata = state.withLock({ $0.inbox.leading }) { return metadata }
            await waitForNews { $0.leading != nil }
        }
    }

    /// Waits until anything has come: a message, metadata, the end.
    func waitForNews() async {
        await waitForNews { inbox in inbox.ending != nil || inbox.hasMessage }
    }

    private func waitForNews(unless isThere: @Sendable (StreamInbox) -> Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    let isReady = isThere(state.inbox)
                    if !isReady { state.readers.append(continuation) }
                    return isReady
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Waits for the first thing that comes, and returns how the call failed if it did before it gave
    /// any answer or metadata.
    func failureBeforeAnyAnswer() async -> CallFailure? {
        _ = await leadingMetadata()
        return state.withLock { $0.inbox.hasAnswered ? nil : $0.inbox.ending?.failure }
    }

    /// Trailing metadata; empty before the end.
    var trailingMetadata: Metadata {
        state.withLock { $0.inbox.ending?.trailing ?? Metadata() }
    }

    /// How the call ended; nil while it is open.
    var ending: StreamInbox.Ending? {
        state.withLock { $0.inbox.ending }
    }

    // MARK: Writing

    /// Puts a message into the outbox, and waits for room there.
    func send(_ payload: [UInt8]) async throws(CallFailure) {
        if Task.isCancelled { cancel() }
        guard messageBytesMax == 0 || payload.count <= messageBytesMax else {
            throw .client(
                .messageTooLarge,
                "a request of \(payload.count) bytes is over the server's limit of "
                    + "\(messageBytesMax)")
        }
        while true {
            let (put, ending) = state.withLock { state in
                state.inbox.ending.map { (.finished, $0) } ?? (state.outbox.put(payload), nil)
            }
            if let ending {
                throw ending.failure ?? .client(.cancelled, "the server has ended the call")
            }
            switch put {
            case .stored(let wake):
                if wake { transport.sendMore(of: self) }
                return
            case .finished: throw .client(.internalError, "a message was sent after finish()")
            case .full: await waitForRoom(cost: CreditWindow.cost(of: payload.count))
            }
        }
    }

    private func waitForRoom(cost: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    let isReady = state.inbox.ending != nil || state.outbox.fits(cost: cost)
                    if !isReady { state.writers.append(continuation) }
                    return isReady
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }

    /// No more messages follow.
    func finish() {
        let wake = state.withLock { $0.inbox.ending == nil && $0.outbox.finish() }
        if wake { transport.sendMore(of: self) }
    }

    /// Ends the call on this side, unless it has ended, and drops what was not read.
    func cancel() {
        let (held, wasOpen, waiting) = state.withLock { state in
            let (held, wasOpen) = state.inbox.abandon()
            state.outbox.drop()
            return (held, wasOpen, state.takeReaders() + state.takeWriters())
        }
        for task in waiting { task.resume() }
        if held > 0, budget.release(held) { transport.giveBackWithheld() }
        if wasOpen { transport.cancel(self) }
    }

    // MARK: The connection's side

    /// The connection has forgotten the call: the server does not count it any more.
    func isOver() { onOver?() }

    /// A message came, or only leading metadata.
    func receive(_ message: [UInt8]?, leading: Metadata) {
        let (held, readers) = state.withLock { state in
            let held = state.inbox.receive(message, leading: leading)
            if let held { budget.add(held) }
            return (held, held == nil ? [] : state.takeReaders())
        }
        guard held != nil else { return }
        for reader in readers { reader.resume() }
    }

    /// The next thing to send.
    func takeOutgoing(hasCredit: Bool) -> StreamOutbox.Item {
        let (item, writers) = state.withLock { state in
            let item = state.outbox.take(hasCredit: hasCredit)
            return (item, state.outbox.hasRoom ? state.takeWriters() : [])
        }
        for writer in writers { writer.resume() }
        return item
    }

    /// The call has ended: with `failure`, or with OK and, for a client stream, its `answer`. The
    /// first end counts.
    func end(
        failure: CallFailure?, answer: [UInt8]? = nil, leading: Metadata = Metadata(),
        trailing: Metadata = Metadata()
    ) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard
                state.inbox.end(
                    failure: failure, answer: answer, leading: leading, trailing: trailing)
            else { return [] }
            state.outbox.drop()
            return state.takeReaders() + state.takeWriters()
        }
        for task in waiting { task.resume() }
    }
}
