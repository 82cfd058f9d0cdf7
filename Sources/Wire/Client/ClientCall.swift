import NIOCore
import Synchronization

/// A call's name between the task that makes it and the event loop that carries it.
final class CallToken: Sendable {
    /// Set first by a task that is cancelled, so that a call which has not reached the loop yet is
    /// never sent.
    let isCancelled = Atomic(false)
    /// The call's id once it was sent; 0 before.
    let callID = Atomic<UInt32>(0)
}

/// What to send for a call. Everything is encoded before it reaches the event loop.
struct ClientRequest: Sendable {
    var kind: CallKind
    var method: String
    var metadata: [UInt8]
    /// Bytes of the metadata's keys and values, for the server's limit.
    var metadataBytes: Int
    var metadataEntries: Int
    /// The request of a call that has one.
    var payload: [UInt8]?
    var timeout: TimeAmount
    /// Takes the metadata of the answer of a unary call.
    var responseMetadata: ResponseMetadata?

    /// - Throws: INTERNAL/BAD_METADATA.
    init(
        kind: CallKind, method: String, payload: [UInt8]?, options: CallOptions,
        timeout: Duration
    ) throws(CallFailure) {
        self.kind = kind
        self.method = method
        self.payload = payload
        self.timeout = TimeAmount((options.timeout ?? timeout).bounded)
        responseMetadata = options.responseMetadata
        let toSend = options.metadataToSend
        metadataBytes = toSend.bytes
        metadataEntries = toSend.entries.count
        do throws(RPCStatus) {
            metadata = try MetadataCoding.encoded(toSend)
        } catch {
            throw CallFailure(status: error, origin: .unsent)
        }
    }
}

/// A call whose End has not come; touched on the event loop only.
struct ClientCall {
    /// Who waits for it.
    enum Receiver {
        case unary(CheckedContinuation<[UInt8], any Error>, ResponseMetadata?)
        case stream(ClientStream)
    }

    var machine: ClientCallStateMachine
    let receiver: Receiver
    var deadline: NIODeadline

    /// The connection forgets the call: its End came, or never will.
    func isOver() {
        if case .stream(let stream) = receiver { stream.isOver() }
    }

    /// Tells the caller that the call failed.
    func fail(_ failure: CallFailure) {
        switch receiver {
        case .unary(let continuation, _): continuation.resume(throwing: failure)
        case .stream(let stream): stream.end(failure: failure)
        }
    }
}
