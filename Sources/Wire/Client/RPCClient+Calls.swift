import NIOCore
import Synchronization

/// The four kinds of call on one connection.
extension RPCClient {
    /// Makes a unary call.
    ///
    /// - Throws: `RPCStatus`. Cancelling the task sends a Cancel and throws CANCELLED.
    public func call<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions = CallOptions()
    ) async throws -> Response {
        let payload = try await callRaw(
            method: method.fullName, payload: try request.encoded(), options: options)
        return try Response(decoding: payload)
    }

    /// Makes a unary call with a request that is encoded already.
    ///
    /// - Parameter method: full name, "icds.v1.ClientService/GetClient".
    /// - Returns: the response, encoded.
    /// - Throws: `RPCStatus`, as `call` does.
    public func callRaw(
        method: String, payload: [UInt8], options: CallOptions = CallOptions()
    ) async throws -> [UInt8] {
        do throws(CallFailure) {
            return try await unary(method: method, payload: payload, options: options)
        } catch {
            throw error.status
        }
    }

    /// Makes a server-streaming call.
    ///
    /// - Throws: `RPCStatus` where the call could not be sent.
    public func serverStream<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions = CallOptions()
    ) async throws -> ResponseStream<Response> {
        let payload = try request.encoded()
        return ResponseStream(try await opened(.serverStream, method, payload, options))
    }

    /// Makes a client-streaming call: sends what `write` writes, and waits for the answer.
    ///
    /// - Throws: `RPCStatus`, or what `write` throws while the call is open.
    public func clientStream<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, options: CallOptions = CallOptions(),
        _ write: @Sendable (RequestWriter<Request>) async throws -> Void
    ) async throws -> Response {
        let stream = try await opened(.clientStream, method, nil, options)
        return try await stream.answer(options.responseMetadata) {
            try await write(RequestWriter(stream))
        }
    }

    /// Opens a call with streams in both directions.
    ///
    /// - Throws: `RPCStatus` where the call could not be sent.
    public func bidirectional<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, options: CallOptions = CallOptions()
    ) async throws -> BidirectionalCall<Request, Response> {
        BidirectionalCall(try await opened(.bidirectional, method, nil, options))
    }

    private func opened(
        _ kind: CallKind, _ method: MethodDescriptor, _ payload: [UInt8]?, _ options: CallOptions
    ) async throws(RPCStatus) -> ClientStream {
        do throws(CallFailure) {
            return try await open(
                kind, method: method.fullName, payload: payload, options: options)
        } catch {
            throw error.status
        }
    }

    // MARK: With the origin of a failure

    /// Makes a unary call.
    func unary(
        method: String, payload: [UInt8], options: CallOptions
    ) async throws(CallFailure) -> [UInt8] {
        let request = try ClientRequest(
            kind: .unary, method: method, payload: payload, options: options,
            timeout: callTimeout)
        let token = CallToken()
        let connection = connection
        do {
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    connection.eventLoop.execute {
                        connection.value.start(request, token: token, continuation: continuation)
                    }
                }
            } onCancel: {
                token.isCancelled.store(true, ordering: .releasing)
                connection.eventLoop.execute { connection.value.cancel(token) }
            }
        } catch {
            throw error as? CallFailure ?? .cancelled
        }
    }

    /// Opens a streaming call; `onOver` is told when the server does not count it any more.
    func open(
        _ kind: CallKind, method: String, payload: [UInt8]?, options: CallOptions,
        onOver: (@Sendable () -> Void)? = nil
    ) async throws(CallFailure) -> ClientStream {
        let request = try ClientRequest(
            kind: kind, method: method, payload: payload, options: options, timeout: callTimeout)
        let token = CallToken()
        let connection = connection
        let opened = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                connection.eventLoop.execute {
                    connection.value.start(
                        request, token: token, onOver: onOver, continuation: continuation)
                }
            }
        } onCancel: {
            token.isCancelled.store(true, ordering: .releasing)
            connection.eventLoop.execute { connection.value.cancelWaiting(token) }
        }
        return try opened.get()
    }
}

extension ClientStream {
    /// Sends what `write` sends and waits for the one answer of a client stream.
    ///
    /// - Throws: `RPCStatus`; where the call was still open, what `write` throws.
    func answer<Response: WireMessage>(
        _ responseMetadata: ResponseMetadata?, _ write: () async throws -> Void
    ) async throws -> Response {
        do {
            try await write()
            finish()
        } catch {
            // A call that the server has ended already has its own outcome, which says more.
            if ending == nil {
                cancel()
                throw error
            }
        }
        let payload: [UInt8]?
        do throws(CallFailure) {
            payload = try await next()
        } catch {
            responseMetadata?.set(leading: await leadingMetadata(), trailing: trailingMetadata)
            throw error.status
        }
        responseMetadata?.set(leading: await leadingMetadata(), trailing: trailingMetadata)
        guard let payload else {
            throw LibraryReason.protocolError.status("the server ended the call without an answer")
        }
        return try Response(decoding: payload)
    }
}
