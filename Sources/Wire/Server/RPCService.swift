/// A service's methods with their handlers, for a server. Generated bindings conform.
public protocol RPCService: Sendable {
    var methods: [RegisteredMethod] { get }
}

/// A method with its handler, its types erased.
///
/// A handler throws `RPCStatus`; anything else becomes INTERNAL/INTERNAL_ERROR. It runs as a task
/// that is cancelled when the caller cancels, its time is over, or its connection is lost.
public struct RegisteredMethod: Sendable {
    public let descriptor: MethodDescriptor
    /// Where its calls are counted; a server's method table sets it.
    var meter: MethodMeter?
    /// Decodes the request; of a client's stream, its first message. Runs on the event loop: it
    /// neither waits nor locks.
    package let prepare:
        @Sendable (UnsafeRawBufferPointer, MessageLimits) throws(RPCStatus) -> PreparedCall
    /// Runs the handler of a method whose client streams; nil for the others. It is given its
    /// messages by the call's stream.
    let runStream:
        (
            @Sendable (ServerStream, any ServerAuthority, ServerContext) async throws ->
                PackableMessage
        )?

    /// A unary method.
    public static func unary<Request: AddressedMessage, Response: WireMessage>(
        _ descriptor: MethodDescriptor,
        _ handler: @escaping @Sendable (Request, ServerContext) async throws -> Response
    ) -> RegisteredMethod {
        RegisteredMethod(
            descriptor: descriptor,
            prepare: { bytes, limits throws(RPCStatus) in
                let request = try Request(decoding: bytes, limits: limits)
                return PreparedCall(address: request.address) { context in
                    try await handler(request, context).packable()
                }
            }, runStream: nil)
    }

    /// One request, any number of responses.
    public static func serverStream<Request: AddressedMessage, Response: WireMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            @escaping @Sendable (Request, ResponseWriter<Response>, ServerContext) async throws ->
            Void
    ) -> RegisteredMethod {
        RegisteredMethod(
            descriptor: descriptor,
            prepare: { bytes, limits throws(RPCStatus) in
                let request = try Request(decoding: bytes, limits: limits)
                return PreparedCall(address: request.address) { context in
                    let writer = ResponseWriter<Response>(
                        stream: try context.requireStream(), judge: nil)
                    try await handler(request, writer, context)
                    return .none
                }
            }, runStream: nil)
    }

    /// Any number of requests, one response.
    public static func clientStream<Request: AddressedMessage, Response: WireMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            @escaping @Sendable (RequestStream<Request>, ServerContext) async throws -> Response
    ) -> RegisteredMethod {
        RegisteredMethod(descriptor: descriptor, prepare: addressOnly(Request.self)) {
            stream, authority, context in
            let judge = StreamJudge(stream: stream, authority: authority, context: context)
            return try await judge.judgingAnswer {
                try await handler(RequestStream(stream: stream, judge: judge), context).packable()
            }
        }
    }

    /// Any number of requests and of responses, in any order.
    public static func bidirectional<Request: AddressedMessage, Response: WireMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            @escaping @Sendable (
                RequestStream<Request>, ResponseWriter<Response>, ServerContext
            ) async throws -> Void
    ) -> RegisteredMethod {
        RegisteredMethod(descriptor: descriptor, prepare: addressOnly(Request.self)) {
            stream, authority, context in
            let judge = StreamJudge(stream: stream, authority: authority, context: context)
            return try await judge.judgingAnswer {
                try await handler(
                    RequestStream(stream: stream, judge: judge),
                    ResponseWriter(stream: stream, judge: judge), context)
                return .none
            }
        }
    }

    /// For a client's stream: what its first message names, for the record of a refusal.
    private static func addressOnly<Request: AddressedMessage>(
        _ type: Request.Type
    ) -> @Sendable (UnsafeRawBufferPointer, MessageLimits) throws(RPCStatus) -> PreparedCall {
        { bytes, limits throws(RPCStatus) in
            let address = try Request(decoding: bytes, limits: limits).address
            return PreparedCall(address: address) { _ in throw StreamMisuse.noConnection }
        }
    }
}

extension ServerContext {
    /// The stream of the call; a streaming method runs on a connection only.
    fileprivate func requireStream() throws -> ServerStream {
        guard let stream = call?.stream else { throw StreamMisuse.noConnection }
        return stream
    }
}

/// A decoded request, ready for its handler.
package struct PreparedCall: Sendable {
    /// What the request names.
    package let address: RequestAddress
    /// Runs the handler and builds its response.
    package let run: @Sendable (ServerContext) async throws -> PackableMessage

    package init(
        address: RequestAddress,
        run: @escaping @Sendable (ServerContext) async throws -> PackableMessage
    ) {
        self.address = address
        self.run = run
    }
}
