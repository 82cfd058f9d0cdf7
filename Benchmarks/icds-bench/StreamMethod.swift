import Contract
import Wire

/// A server stream of messages of one size, for benchmarks alone: the messages are those of the echo
/// service, the peers' counterpart is `Stream` in Benchmarks/peers/peer.proto.
enum StreamMethod {
    static let descriptor = MethodDescriptor(
        service: "icds.bench.v1.Peer", name: "Stream", kind: .serverStream,
        callers: [.municipality], isAudited: false, isIdempotent: true, hasNoSideEffects: true,
        requestType: "icds.testing.v1.EchoRequest", responseType: "icds.testing.v1.EchoResponse")

    /// Asks for `count` messages with `bytes` bytes of payload each.
    static func request(count: Int, bytes: Int) -> EchoRequest {
        EchoRequest.with { $0.numbers = [UInt32(clamping: count), UInt32(clamping: bytes)] }
    }
}

struct StreamService: RPCService {
    var methods: [RegisteredMethod] {
        [
            .serverStream(StreamMethod.descriptor) {
                (request: EchoRequest, responses: ResponseWriter<EchoResponse>, _) in
                guard let count = request.numbers.first, let bytes = request.numbers.last else {
                    throw RPCStatus(.invalidArgument, "NO_NUMBERS", "how many, and how large?")
                }
                let message = EchoResponse.with {
                    $0.payload = [UInt8](repeating: 7, count: Int(bytes))
                }
                for _ in 0..<count { try await responses.send(message) }
            }
        ]
    }
}
