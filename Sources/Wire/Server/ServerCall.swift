import NIOCore
import Synchronization

/// One open call of a connection.
///
/// `@unchecked Sendable`: a handler's context refers to the call, but what changes after the handler
/// was started is touched on the connection's event loop only; `answer` has a lock of its own, and
/// `hasAnswerMetadata` is atomic; the facts (`CallFacts`) are not written after the handler was started. What a
/// peer sends for the call comes on that event loop, like all that it sends.
final class ServerCall: CallFacts, @unchecked Sendable {
    let id: UInt32
    /// Random name of the connection; the call's reference begins with it.
    private let connectionReference: String
    let startedAt: NIODeadline
    /// When the handler is cancelled: the client's time less what the answer needs to get back.
    let deadline: NIODeadline
    /// Metadata that the handler sets.
    let answer = Mutex(AnswerMetadata())
    /// Whether it has set some; spares most calls the lock.
    let hasAnswerMetadata = Atomic(false)
    var machine: CallStateMachine
    /// What a streaming call needs besides; nil for a unary one.
    var stream: ServerStream?
    /// Where the call's end is counted.
    var meter: MethodMeter?
    /// The handler; nil for a call that ends at once.
    var task: Task<Void, Never>?
    /// Whether the connection lists it among its open calls.
    var isOpen = false

    init(
        id: UInt32, peer: PeerIdentity, method: MethodDescriptor, connectionReference: String,
        startedAt: NIODeadline, deadline: NIODeadline, machine: CallStateMachine
    ) {
        self.id = id
        self.connectionReference = connectionReference
        self.startedAt = startedAt
        self.deadline = deadline
        self.machine = machine
        super.init(peer: peer, method: method)
    }

    /// Name of the call in logs and incident ids; the text is made where somebody asks.
    override var reference: String { "\(connectionReference)-\(id)" }

    /// The loop's clock is turned into the other where a handler asks.
    override var instant: ContinuousClock.Instant? { .now + .init(deadline - .now()) }
}

/// Metadata of a call's answer, until it is sent.
struct AnswerMetadata {
    var leading = Metadata()
    var trailing = Metadata()
    /// Whether the leading metadata are on their way.
    private(set) var isLeadingSent = false
    /// Whether some were set when it was too late.
    private(set) var isLate = false

    /// Sets the leading metadata, unless they are on their way.
    mutating func setLeading(_ metadata: Metadata) {
        if isLeadingSent { isLate = true } else { leading = metadata }
    }

    /// Forgets what was set and is not on its way.
    mutating func drop() {
        leading = Metadata()
        trailing = Metadata()
    }

    /// Hands out the leading metadata, once.
    mutating func takeLeading() -> Metadata {
        isLeadingSent = true
        defer { leading = Metadata() }
        return leading
    }
}

/// Seven random letters and digits: with a call's number it stays a short string.
func randomReference() -> String {
    let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    var random = UInt64.random(in: .min ... .max)
    return String(unsafeUninitializedCapacity: 7) { buffer in
        for index in 0..<7 {
            buffer[index] = alphabet[Int(random & 31)]
            random >>= 5
        }
        return 7
    }
}
