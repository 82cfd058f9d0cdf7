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
    var method: String
    var metadata: [UInt8]
    /// Bytes and entries of the metadata, for the server's limit.
    var metadataBytes: Int
    var payload: [UInt8]
    var timeout: TimeAmount
}

/// A call that waits for its End; touched on the event loop only.
struct ClientCall {
    let continuation: CheckedContinuation<[UInt8], any Error>
    let deadline: NIODeadline
}
