/// A streaming call whose messages are encoded already, for programs that learn their types while
/// they run.
///
/// A call that nobody holds any more is cancelled, and so is one whose reading task is cancelled.
public final class RawCall: Sendable {
    private let stream: ClientStream

    init(_ stream: ClientStream) {
        self.stream = stream
    }

    deinit {
        stream.cancel()
    }

    /// Sends a message, and waits while too many wait for the server's credit.
    ///
    /// - Throws: `RPCStatus`, as `RequestWriter.send` does.
    public func send(_ payload: [UInt8]) async throws(RPCStatus) {
        do throws(CallFailure) {
            try await stream.send(payload)
        } catch {
            throw error.status
        }
    }

    /// No more messages will follow (half-close). Doing it again does nothing.
    public func finish() {
        stream.finish()
    }

    /// The next answer; nil after the last, which is the first of a method that has one answer.
    ///
    /// - Throws: `RPCStatus`: how the call ended where it did not end with OK.
    public func next() async throws(RPCStatus) -> [UInt8]? {
        do throws(CallFailure) {
            return try await stream.next()
        } catch {
            throw error.status
        }
    }

    /// Tells the server that no more answers are wanted.
    public func cancel() {
        stream.cancel()
    }
}

extension RPCClient {
    /// Opens a streaming call of encoded messages.
    ///
    /// - Parameters:
    ///   - kind: how many messages the method has; not `.unary`, which is `callRaw`.
    ///   - method: full name, "icds.v1.ClientService/GetClient".
    ///   - payload: the one request of a server stream; nil for the other kinds.
    /// - Throws: `RPCStatus` where the call could not be sent.
    public func openRaw(
        _ kind: CallKind, method: String, payload: [UInt8]?, options: CallOptions = CallOptions()
    ) async throws(RPCStatus) -> RawCall {
        do throws(CallFailure) {
            return RawCall(try await open(kind, method: method, payload: payload, options: options))
        } catch {
            throw error.status
        }
    }
}
