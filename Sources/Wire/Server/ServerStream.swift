import NIOCore
import Synchronization

/// What a handler sends in a stream.
enum StreamPart {
    /// A message, encoded.
    case message([UInt8])
    /// The leading metadata alone, before any message.
    case metadata

    /// Bytes that it takes while it waits.
    var heldBytes: Int {
        if case .message(let payload) = self { CreditWindow.cost(of: payload.count) } else { 0 }
    }
}

/// The streaming side of one call: what has arrived and was not read, and who waits to send.
///
/// A handler may read and send from any task. `@unchecked Sendable`: everything that changes is
/// touched on the connection's event loop only, where handlers usually run anyhow; the refusal has a
/// lock of its own. A peer's messages and credit come on that loop, and what is held of them is within the
/// call's credit.
final class ServerStream: @unchecked Sendable {
    /// A task that waits in the stream. `@unchecked Sendable`: touched on the event loop only. A peer can
    /// cause no more than its end.
    private final class Wait: @unchecked Sendable {
        /// Its task was cancelled before it began to wait.
        var isCancelled = false
    }

    private struct Reader {
        var wait: Wait
        var continuation: CheckedContinuation<[UInt8]?, any Error>
    }

    private struct Sender {
        var wait: Wait
        var part: StreamPart
        var continuation: CheckedContinuation<Void, any Error>
    }

    /// The connection and the call, until the call ends: then nothing holds the other any more.
    private struct Link {
        var connection: ServerConnection
        var call: ServerCall
    }

    private let eventLoop: any EventLoop
    private var link: Link?
    private var inbound = MessageQueue<Reader>()
    private var senders = CircularBuffer<Sender>()
    /// Bytes of the message that the handler took last: it counts as held until the next one, or until the
    /// handler has returned, which may be long after the call ended.
    private var takenBytes = 0
    /// Bytes of what waits to be sent.
    private var waitingBytes = 0
    /// What was written in this turn of the connection, so that a stream leaves room for others.
    var turn = StreamTurn()
    /// Whether the connection lists the stream among those that wait to write.
    var isListed = false

    private let firstRefusal = Mutex<(any Error)?>(nil)

    init(connection: ServerConnection, call: ServerCall) {
        eventLoop = connection.eventLoop
        link = Link(connection: connection, call: call)
    }

    /// Bytes of messages that the handler has not taken, as credit counts them.
    var heldBytes: Int { inbound.bytes }

    /// Runs `body` on the event loop: at once where that is where we are.
    private func onLoop(_ body: @escaping @Sendable () -> Void) {
        eventLoop.inEventLoop ? body() : eventLoop.execute(body)
    }

    // MARK: From the client

    /// A message has arrived.
    func push(_ message: [UInt8]) {
        guard let reader = inbound.push(message) else { return }
        taken(message)
        reader.continuation.resume(returning: message)
    }

    /// The client has ended its stream.
    func finish() {
        inbound.finish()?.continuation.resume(returning: nil)
    }

    /// Takes the next message, waiting for it; nil at the end. Throws `CancellationError` when the
    /// task is cancelled or the call is over.
    func next() async throws -> [UInt8]? {
        if eventLoop.inEventLoop {
            switch take() {
            case .message(let message): return message
            case .end: return nil
            case .failed(let error): throw error
            case .nothing: break
            }
        }
        let wait = Wait()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                onLoop { self.read(Reader(wait: wait, continuation: continuation)) }
            }
        } onCancel: {
            onLoop { self.cancelReader(wait) }
        }
    }

    private func take() -> MessageQueue<Reader>.Taken {
        let result = inbound.take()
        if case .message(let message) = result { taken(message) }
        return result
    }

    /// The handler has `message` now, and is done with the one before.
    private func taken(_ message: [UInt8]) {
        guard let link else { return }
        link.connection.release(bytes: takenBytes)
        takenBytes = CreditWindow.cost(of: message.count)
        link.connection.messageTaken(payloadBytes: message.count, of: link.call)
    }

    private func read(_ reader: Reader) {
        guard !reader.wait.isCancelled else {
            return reader.continuation.resume(throwing: CancellationError())
        }
        switch take() {
        case .message(let message): reader.continuation.resume(returning: message)
        case .end: reader.continuation.resume(returning: nil)
        case .failed(let error): reader.continuation.resume(throwing: error)
        case .nothing:
            guard inbound.wait(reader) else {
                return reader.continuation.resume(throwing: StreamMisuse.secondReader)
            }
        }
    }

    private func cancelReader(_ wait: Wait) {
        wait.isCancelled = true
        guard let reader = inbound.leave() else { return }
        if reader.wait === wait {
            reader.continuation.resume(throwing: CancellationError())
        } else {
            _ = inbound.wait(reader)
        }
    }

    // MARK: To the client

    /// Sends, waiting for the client's credit and for room in the connection. Throws `RPCStatus` for
    /// what may not be sent, `CancellationError` when the task is cancelled or the call is over.
    func send(_ part: StreamPart) async throws {
        if eventLoop.inEventLoop, senders.isEmpty, try sendNow(part) { return }
        let wait = Wait()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                onLoop {
                    self.enqueue(Sender(wait: wait, part: part, continuation: continuation))
                }
            }
        } onCancel: {
            onLoop { self.cancelSender(wait) }
        }
    }

    private func sendNow(_ part: StreamPart) throws -> Bool {
        guard let link else { throw CancellationError() }
        return try link.connection.write(part, of: link.call, self)
    }

    private func enqueue(_ sender: Sender) {
        guard !sender.wait.isCancelled, let link else {
            return sender.continuation.resume(throwing: CancellationError())
        }
        _ = link.connection.hold(bytes: sender.part.heldBytes)
        waitingBytes += sender.part.heldBytes
        senders.append(sender)
        if senders.count == 1, !sendFirst() { link.connection.list(self) }
    }

    /// A part waits no more.
    private func release(_ sender: Sender) {
        guard let link else { return }
        waitingBytes -= sender.part.heldBytes
        link.connection.release(bytes: sender.part.heldBytes)
    }

    private func cancelSender(_ wait: Wait) {
        wait.isCancelled = true
        guard let index = senders.firstIndex(where: { $0.wait === wait }) else { return }
        let sender = senders.remove(at: index)
        release(sender)
        sender.continuation.resume(throwing: CancellationError())
    }

    /// Sends what waited longest.
    ///
    /// - Returns: false where it goes on waiting.
    private func sendFirst() -> Bool {
        // Taken out meanwhile: a part that may not be sent ends the call, which clears the queue.
        guard let sender = senders.popFirst() else { return true }
        do {
            guard try sendNow(sender.part) else {
                senders.prepend(sender)
                return false
            }
            release(sender)
            sender.continuation.resume()
        } catch {
            release(sender)
            sender.continuation.resume(throwing: error)
        }
        return true
    }

    /// Sends one message of what waits, with metadata that come before it.
    ///
    /// - Returns: whether the stream still waits.
    func resumeWriting() -> Bool {
        while let first = senders.first {
            guard sendFirst() else { return true }
            if case .message = first.part { break }
        }
        return !senders.isEmpty
    }

    // MARK: The end

    /// The call is over: whoever waits learns it, and nothing is sent or read any more.
    func close() {
        guard let link else { return }
        self.link = nil
        link.connection.release(bytes: inbound.bytes + waitingBytes)
        waitingBytes = 0
        let error = CancellationError()
        inbound.fail(error)?.continuation.resume(throwing: error)
        let waiting = senders
        senders = CircularBuffer()
        for sender in waiting { sender.continuation.resume(throwing: error) }
    }

    /// The handler has returned.
    ///
    /// - Returns: the bytes that were held for it, for the connection to release.
    func handlerEnded() -> Int {
        defer { takenBytes = 0 }
        return takenBytes
    }

    /// Why the call must end, whatever its handler says; nil while nothing was refused.
    var refusal: (any Error)? { firstRefusal.withLock { $0 } }

    /// Ends the call because of a message that the client sent, or because it is not permitted.
    func refuse(_ error: any Error) {
        // Noted before the handler can know: it might be faster than the way to the event loop.
        firstRefusal.withLock { if $0 == nil { $0 = error } }
        onLoop { self.link.map { $0.connection.refuseMessage(of: $0.call, error) } }
    }
}

/// A handler that uses a stream in a way that it may not: a defect of the service.
enum StreamMisuse: Error {
    /// Two tasks read one stream at the same time.
    case secondReader
    /// A streaming method was run without a connection.
    case noConnection
}

/// How much a stream has written since its connection was flushed last.
struct StreamTurn {
    private var number: UInt64 = 0
    private var bytes = 0

    /// Whether the stream may write more in turn `number`.
    func hasRoom(in number: UInt64, bytesMax: Int) -> Bool {
        self.number != number || bytes < bytesMax
    }

    /// Counts what was written in turn `number`.
    mutating func count(_ written: Int, in number: UInt64) {
        if self.number != number {
            self.number = number
            bytes = 0
        }
        bytes += written
    }
}
