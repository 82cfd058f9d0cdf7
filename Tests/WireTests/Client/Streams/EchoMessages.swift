import Contract
import Wire

/// Methods of each kind over the echo service's messages, for a server that the test plays.
enum EchoMessages {
    static func method(
        _ kind: CallKind, isIdempotent: Bool = false
    ) -> MethodDescriptor {
        MethodDescriptor(
            service: "icds.testing.v1.ScriptedService", name: "Call", kind: kind,
            callers: [.municipality], isAudited: false, isIdempotent: isIdempotent,
            hasNoSideEffects: false, requestType: "icds.testing.v1.EchoRequest",
            responseType: "icds.testing.v1.EchoResponse")
    }

    static func request(_ text: String) -> EchoRequest { .with { $0.text = text } }

    /// An answer; without text, an empty one.
    static func encoded(_ text: String?) throws -> [UInt8] {
        try EchoResponse.with { $0.text = text ?? "" }.encoded()
    }
}
