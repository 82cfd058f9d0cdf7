import Tenancy
public import Wire

/// Calls services as an organisation's system would. With a connection, over it; without one, in the
/// process: request and answer pass as bytes, and the method table and the authority decide as a server
/// has them decide.
public struct ServiceCaller: RPCCaller {
    public let fixture: ServiceFixture
    public let peer: PeerIdentity
    /// See `ServiceServer`.
    public var connection: RPCClient?

    public func call<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions
    ) async throws -> Response {
        try Response(decoding: await answer(to: method, request.encoded(), options: options))
    }

    public func serverStream<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions
    ) async throws -> ResponseStream<Response> {
        try await streaming.serverStream(method, request, options: options)
    }

    public func clientStream<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, options: CallOptions,
        _ write: @Sendable (RequestWriter<Request>) async throws -> Void
    ) async throws -> Response {
        try await streaming.clientStream(method, options: options, write)
    }

    public func bidirectional<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, options: CallOptions
    ) async throws -> BidirectionalCall<Request, Response> {
        try await streaming.bidirectional(method, options: options)
    }

    /// Streams need a connection.
    private var streaming: RPCClient {
        get throws {
            guard let connection else {
                throw RPCStatus(.unimplemented, "WRONG_CALL_KIND", "Streams need a connection.")
            }
            return connection
        }
    }

    /// The bytes of the answer. Throws `RPCStatus`, and what a server would log and hide.
    public func answer(
        to method: MethodDescriptor, _ request: [UInt8], options: CallOptions = CallOptions()
    ) async throws -> [UInt8] {
        if let connection, method.kind == .serverStream {
            return try await firstAnswer(of: method, request, over: connection, options)
        }
        if let connection {
            return try await connection.callRaw(
                method: method.fullName, payload: request, options: options)
        }
        guard let registered = fixture.methods[method.fullName] else {
            throw RPCStatus(.unimplemented, "UNKNOWN_METHOD", "There is no such method.")
        }
        let prepared = try request.withUnsafeBytes {
            try registered.prepare($0, .standard)
        }
        let context = ServerContext(
            peer: peer, method: method, address: prepared.address,
            deadline: .now + (options.timeout ?? .seconds(30)), callReference: "test-call")
        guard method.callers.contains(peer.kind) else {
            let status = RPCStatus(
                .permissionDenied, "METHOD_NOT_PERMITTED", "This kind of caller may not call it.")
            if method.isAudited { try await fixture.authority.recordRefusal(context, status) }
            throw status
        }
        try await fixture.authority.authorize(context)
        return try await prepared.run(context).bytes
    }
}

extension ServiceCaller {
    /// The first message of a stream of answers, which is then given up.
    private func firstAnswer(
        of method: MethodDescriptor, _ request: [UInt8], over connection: RPCClient,
        _ options: CallOptions
    ) async throws -> [UInt8] {
        let call = try await connection.openRaw(
            method.kind, method: method.fullName, payload: request, options: options)
        defer { call.cancel() }
        return try await call.next() ?? []
    }
}

extension ServiceFixture {
    public func municipality(_ code: String) -> ServiceCaller { caller(.municipality, code) }
    public func county(_ code: String) -> ServiceCaller { caller(.county, code) }
    public var operation: ServiceCaller { caller(.operator, "test") }
    public var agency: ServiceCaller { caller(.agency, "test") }

    public func caller(_ kind: PeerKind, _ code: String) -> ServiceCaller {
        ServiceCaller(
            fixture: self,
            peer: PeerIdentity(
                kind: kind, code: code, system: "casework",
                uri: "urn:icds:\(kind.rawValue):\(code):casework",
                certificateFingerprint: [UInt8](repeating: 7, count: 32),
                remoteAddress: "127.0.0.1"))
    }
}
