import Contract

@testable import Wire

/// A service with one method of each streaming kind, which do what the test says.
struct StreamService: RPCService {
    typealias Feed =
        @Sendable (EchoRequest, ResponseWriter<EchoResponse>, ServerContext) async throws -> Void
    typealias Collect =
        @Sendable (RequestStream<EchoRequest>, ServerContext) async throws -> EchoResponse
    typealias Chat =
        @Sendable (
            RequestStream<EchoRequest>, ResponseWriter<EchoResponse>, ServerContext
        ) async throws -> Void

    static let feed = method("Feed", .serverStream)
    static let collect = method("Collect", .clientStream)
    static let chat = method("Chat", .bidirectional)

    /// Sends as many messages as the request has numbers, with so many bytes each.
    var feed: Feed = { request, responses, _ in
        for bytes in request.numbers {
            try await responses.send(
                .with { $0.payload = [UInt8](repeating: 1, count: Int(bytes)) })
        }
    }
    /// Joins the texts of the requests.
    var collect: Collect = { requests, _ in
        var texts: [String] = []
        for try await request in requests { texts.append(request.text) }
        return .with { [texts] in $0.text = texts.joined(separator: " ") }
    }
    /// Answers each request with its text.
    var chat: Chat = { requests, responses, _ in
        for try await request in requests {
            try await responses.send(.with { $0.text = request.text })
        }
    }

    var methods: [RegisteredMethod] {
        [
            .serverStream(Self.feed, feed), .clientStream(Self.collect, collect),
            .bidirectional(Self.chat, chat),
        ]
    }

    private static func method(_ name: String, _ kind: CallKind) -> MethodDescriptor {
        MethodDescriptor(
            service: "icds.testing.v1.StreamService", name: name, kind: kind,
            callers: [.municipality, .county, .operator], isAudited: false, isIdempotent: false,
            hasNoSideEffects: false, requestType: "icds.testing.v1.EchoRequest",
            responseType: "icds.testing.v1.EchoResponse")
    }
}

extension RawPeer {
    /// Sends the Call of a client's stream, with a first message if there is a text.
    func open(
        _ id: UInt32, _ method: MethodDescriptor, text: String? = nil, end: Bool = false,
        timeout: UInt32 = 0, metadata: [(String, String)] = []
    ) async throws {
        try await send(
            .call(
                try .with {
                    $0.callID = id
                    $0.method = method.fullName
                    $0.timeoutMilliseconds = timeout
                    $0.endOfStream = end
                    $0.metadata = metadata.map { entry in
                        .with {
                            $0.key = entry.0
                            $0.value = Array(entry.1.utf8)
                        }
                    }
                    guard let text else { return }
                    $0.payload = try EchoRequest.with { $0.text = text }.encoded()
                    $0.hasPayload = true
                }))
    }

    /// Asks for a stream of messages of so many bytes.
    func feed(_ id: UInt32, bytes: [UInt32], timeout: UInt32 = 0) async throws {
        try await send(
            .call(
                try .with {
                    $0.callID = id
                    $0.method = StreamService.feed.fullName
                    $0.timeoutMilliseconds = timeout
                    $0.payload = try EchoRequest.with { $0.numbers = bytes }.encoded()
                    $0.endOfStream = true
                }))
    }

    /// Sends a message of a stream: with a text, or only its end.
    func message(
        _ id: UInt32, text: String? = nil, payloadBytes: Int = 0, end: Bool = false
    ) async throws {
        try await send(
            .message(
                try .with {
                    $0.callID = id
                    $0.endOfStream = end
                    guard text != nil || payloadBytes > 0 else { return }
                    $0.payload = try EchoRequest.with {
                        $0.text = text ?? ""
                        $0.payload = [UInt8](repeating: 2, count: payloadBytes)
                    }.encoded()
                    $0.hasPayload = true
                }))
    }

    func credit(_ id: UInt32, _ bytes: UInt32) async throws {
        try await send(
            .credit(
                .with {
                    $0.callID = id
                    $0.bytes = bytes
                }))
    }

    /// The next Message, passing over Credit.
    func nextMessage() async -> Message? {
        while let frame = await next() {
            switch frame {
            case .message(let message): return message
            case .credit: continue
            default: return nil
            }
        }
        return nil
    }
}
