import Synchronization

extension RPCChannel: RPCCaller {
    /// Metadata key of how many attempts of this call a server may have seen before.
    static let previousAttemptsKey = "icds-previous-attempts"

    /// Makes a unary call, again where it may.
    public func call<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions = CallOptions()
    ) async throws -> Response {
        try Response(
            decoding: try await callRaw(
                method: method.fullName, payload: try request.encoded(),
                isIdempotent: method.mayBeRepeated || request.hasIdempotencyKey,
                options: options))
    }

    /// Makes a unary call with a request that is encoded already, again where it may.
    ///
    /// - Parameters:
    ///   - method: full name, "icds.v1.ClientService/GetClient".
    ///   - isIdempotent: whether the method may be called twice for one call, by what it does or by
    ///     the request's idempotency key.
    /// - Returns: the response, encoded.
    /// - Throws: `RPCStatus` of the last attempt; that of an earlier one where it is not known whether
    ///   that one was carried out.
    public func callRaw(
        method: String, payload: [UInt8], isIdempotent: Bool = false,
        options: CallOptions = CallOptions()
    ) async throws -> [UInt8] {
        do throws(CallFailure) {
            return try await attempt(isIdempotent: isIdempotent, options) {
                (lease, options) async throws(CallFailure) in
                do throws(CallFailure) {
                    let answer = try await lease.client.unary(
                        method: method, payload: payload, options: options)
                    self.release(lease)
                    return answer
                } catch {
                    self.release(lease)
                    throw error
                }
            }
        } catch {
            throw error.status
        }
    }

    /// Makes a server-streaming call. Returns when the first answer is there, or the end: until then
    /// the call is made again where it may, and never after.
    public func serverStream<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions = CallOptions()
    ) async throws -> ResponseStream<Response> {
        let payload = try request.encoded()
        do throws(CallFailure) {
            let stream = try await attempt(isIdempotent: method.mayBeRepeated, options) {
                (lease, options) async throws(CallFailure) in
                let stream = try await self.open(
                    .serverStream, lease, method: method.fullName, payload: payload,
                    options: options)
                if let failure = await stream.failureBeforeAnyAnswer() { throw failure }
                return stream
            }
            return ResponseStream(stream)
        } catch {
            throw error.status
        }
    }

    /// Makes a client-streaming call: sends what `write` writes, and waits for the answer. It is made
    /// again only where the call could not be opened, since `write` is run once.
    public func clientStream<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, options: CallOptions = CallOptions(),
        _ write: @Sendable (RequestWriter<Request>) async throws -> Void
    ) async throws -> Response {
        let stream = try await opened(.clientStream, method.fullName, nil, options)
        return try await stream.answer(options.responseMetadata) {
            try await write(RequestWriter(stream))
        }
    }

    /// Opens a call with streams in both directions; again only where it could not be opened.
    public func bidirectional<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, options: CallOptions = CallOptions()
    ) async throws -> BidirectionalCall<Request, Response> {
        BidirectionalCall(try await opened(.bidirectional, method.fullName, nil, options))
    }

    /// Opens a streaming call of encoded messages, as `RPCClient.openRaw`; again only where it could
    /// not be opened.
    public func openRaw(
        _ kind: CallKind, method: String, payload: [UInt8]?, options: CallOptions = CallOptions()
    ) async throws(RPCStatus) -> RawCall {
        RawCall(try await opened(kind, method, payload, options))
    }

    // MARK: Parts

    private func opened(
        _ kind: CallKind, _ method: String, _ payload: [UInt8]?, _ options: CallOptions
    ) async throws(RPCStatus) -> ClientStream {
        do throws(CallFailure) {
            return try await attempt(isIdempotent: false, options) {
                (lease, options) async throws(CallFailure) in
                try await self.open(
                    kind, lease, method: method, payload: payload, options: options)
            }
        } catch {
            throw error.status
        }
    }

    /// Opens a stream that gives the lease back when the server has ended it.
    private func open(
        _ kind: CallKind, _ lease: Lease, method: String, payload: [UInt8]?,
        options: CallOptions
    ) async throws(CallFailure) -> ClientStream {
        do throws(CallFailure) {
            return try await lease.client.open(
                kind, method: method, payload: payload, options: options
            ) { [weak self] in
                self?.release(lease)
            }
        } catch {
            release(lease)
            throw error
        }
    }

    /// Makes attempts until one succeeds or the failure is the caller's, within the call's time.
    private func attempt<Value: Sendable>(
        isIdempotent: Bool, _ options: CallOptions,
        _ body: (Lease, CallOptions) async throws(CallFailure) -> Value
    ) async throws(CallFailure) -> Value {
        let clock = ContinuousClock()
        let deadline = clock.now + (options.timeout ?? callTimeout).bounded
        var retry = CallRetry(policy: configuration.retry, isIdempotent: isIdempotent)
        while true {
            do throws(CallFailure) {
                let lease = try await acquire(
                    waitsForReady: options.waitForReady, deadline: deadline)
                let value = try await body(
                    lease, attemptOptions(options, retry, remaining: deadline - clock.now))
                state.withLock { $0.throttle.succeeded() }
                return value
            } catch {
                let decision = state.withLock {
                    retry.decide(
                        after: error, remaining: deadline - clock.now,
                        random: .random(in: 0...1), throttle: &$0.throttle)
                }
                guard case .again(let delay) = decision else { throw retry.report(of: error) }
                do {
                    if delay > .zero { try await clock.sleep(for: delay) }
                } catch {
                    throw .cancelled
                }
            }
        }
    }

    private var callTimeout: Duration {
        configuration.endpoints.first?.callTimeout ?? .seconds(60)
    }

    private func attemptOptions(
        _ options: CallOptions, _ retry: CallRetry, remaining: Duration
    ) -> CallOptions {
        var options = options
        options.timeout = remaining
        if retry.previousAttempts > 0 {
            options.metadata.append(Self.previousAttemptsKey, "\(retry.previousAttempts)")
        }
        return options
    }
}

extension MethodDescriptor {
    /// Whether a call may be made a second time although the first may have been served.
    var mayBeRepeated: Bool { isIdempotent || hasNoSideEffects }
}
