import NIOCore

/// One open call of a connection; touched on its event loop only.
final class ServerCall {
    let id: UInt32
    let method: MethodDescriptor
    let reference: String
    let startedAt: NIODeadline
    let deadline: NIODeadline
    var machine: CallStateMachine
    /// The handler; nil for a call that ends at once.
    var task: Task<Void, Never>?

    init(
        id: UInt32, method: MethodDescriptor, reference: String, startedAt: NIODeadline,
        deadline: NIODeadline, machine: CallStateMachine
    ) {
        self.id = id
        self.method = method
        self.reference = reference
        self.startedAt = startedAt
        self.deadline = deadline
        self.machine = machine
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
