import Synchronization

/// What a caller wants of one call.
public struct CallOptions: Sendable {
    /// How long the caller waits for the end of the call; nil: the default of whoever makes it.
    public var timeout: Duration?
    /// Metadata of the request.
    public var metadata: Metadata
    /// The trace that the call belongs to; goes with the metadata.
    public var traceContext: TraceContext?
    /// Wait for a connection until the timeout, where there is none; otherwise the call fails as soon
    /// as connecting has failed. Only a channel connects; a single connection does not look at it.
    public var waitForReady: Bool
    /// Takes the metadata of the answer.
    public var responseMetadata: ResponseMetadata?

    public init(
        timeout: Duration? = nil, metadata: Metadata = Metadata(),
        traceContext: TraceContext? = nil, waitForReady: Bool = false,
        responseMetadata: ResponseMetadata? = nil
    ) {
        self.timeout = timeout
        self.metadata = metadata
        self.traceContext = traceContext
        self.waitForReady = waitForReady
        self.responseMetadata = responseMetadata
    }

    /// The metadata to send.
    var metadataToSend: Metadata {
        guard let traceContext else { return metadata }
        var metadata = metadata
        metadata.set(traceContext)
        return metadata
    }
}

/// Metadata that came with the answer of a call of one answer: give one in the options of the call
/// and read it when the call has returned, or has failed.
public final class ResponseMetadata: Sendable {
    private let values = Mutex((leading: Metadata(), trailing: Metadata()))

    public init() {}

    /// What the server sent ahead of its answer.
    public var leading: Metadata { values.withLock { $0.leading } }
    /// What the server sent with the status.
    public var trailing: Metadata { values.withLock { $0.trailing } }

    func set(leading: Metadata, trailing: Metadata) {
        values.withLock { $0 = (leading, trailing) }
    }
}
