/// A service's methods with their handlers, for a server. Generated bindings conform.
public protocol RPCService: Sendable {
    var methods: [RegisteredMethod] { get }
}

/// A method with its handler, its types erased.
public struct RegisteredMethod: Sendable {
    public let descriptor: MethodDescriptor
    /// Decodes a request. Runs on the event loop: it neither waits nor locks.
    package let prepare:
        @Sendable (UnsafeRawBufferPointer, MessageLimits) throws(RPCStatus) -> PreparedCall

    /// A unary method. The handler throws `RPCStatus`; anything else becomes
    /// INTERNAL/INTERNAL_ERROR.
    public static func unary<Request: AddressedMessage, Response: WireMessage>(
        _ descriptor: MethodDescriptor,
        _ handler: @escaping @Sendable (Request, ServerContext) async throws -> Response
    ) -> RegisteredMethod {
        RegisteredMethod(descriptor: descriptor) { bytes, limits throws(RPCStatus) in
            let request = try Request(decoding: bytes, limits: limits)
            return PreparedCall(address: request.address) { context in
                try await handler(request, context).encoded()
            }
        }
    }
}

/// A decoded request, ready for its handler.
package struct PreparedCall: Sendable {
    /// What the request names.
    package let address: RequestAddress
    /// Runs the handler and encodes its response.
    package let run: @Sendable (ServerContext) async throws -> [UInt8]

    package init(
        address: RequestAddress, run: @escaping @Sendable (ServerContext) async throws -> [UInt8]
    ) {
        self.address = address
        self.run = run
    }
}
