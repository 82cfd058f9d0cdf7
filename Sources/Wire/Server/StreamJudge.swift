import Synchronization

/// Asks the server's authority about a call whose client streams: about each message that the handler
/// takes, and about the call as such where something of its answer would leave before any message was
/// judged (PROTOCOL.md, "Streams").
final class StreamJudge: Sendable {
    private let stream: ServerStream
    private let authority: any ServerAuthority
    private let context: ServerContext
    private let wasAsked = Atomic(false)

    init(stream: ServerStream, authority: any ServerAuthority, context: ServerContext) {
        self.stream = stream
        self.authority = authority
        self.context = context
    }

    /// Whether the authority has answered once.
    var hasJudged: Bool { wasAsked.load(ordering: .acquiring) }

    /// Judges a message by what it names. What is thrown ends the call.
    func judge(_ address: RequestAddress) async throws {
        var context = context
        context.address = address
        defer { wasAsked.store(true, ordering: .releasing) }
        do {
            try await authority.authorize(context)
        } catch {
            stream.refuse(error)
            throw error
        }
    }

    /// Judges the call by an empty address, unless a message of it was judged or refused.
    func judgeUnlessDone() async throws {
        guard !hasJudged, stream.refusal == nil else { return }
        try await judge(RequestAddress())
    }

    /// Runs a handler, and lets nothing that it returns or throws leave before the call was judged.
    func judgingAnswer(
        _ handler: () async throws -> PackableMessage
    ) async throws -> PackableMessage {
        let answer: PackableMessage
        do {
            answer = try await handler()
        } catch {
            // Of a call that is over nothing leaves any more.
            if !Task.isCancelled { try await judgeUnlessDone() }
            throw error
        }
        if !Task.isCancelled { try await judgeUnlessDone() }
        return answer
    }
}
