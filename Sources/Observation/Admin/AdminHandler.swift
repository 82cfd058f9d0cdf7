import NIOCore
import NIOHTTP1

/// Answers one request of one connection and closes it. Everything runs on the connection's loop.
final class AdminHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case awaitingHead
        case awaitingEnd(HTTPRequestHead)
        /// The answer is being made or sent; nothing more is read.
        case answering
    }

    private let configuration: AdminConfiguration
    /// Finds the answer to a path.
    private let answer: @Sendable (_ path: String) async -> AdminAnswer
    private var state = State.awaitingHead
    private var isHead = false
    private var timer: Scheduled<Void>?

    init(
        configuration: AdminConfiguration,
        answer: @escaping @Sendable (_ path: String) async -> AdminAnswer
    ) {
        self.configuration = configuration
        self.answer = answer
    }

    // MARK: Life in the channel

    func channelActive(context: ChannelHandlerContext) {
        schedule(configuration.requestTimeout, context) { handler, context in
            handler.write(.requestTimeout, context)
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    /// What the guard or the parser found wrong.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard context.channel.isActive else { return }
        switch error {
        case is RequestTooLarge: write(.requestTooLarge, context)
        case HTTPParserError.headerOverflow: write(.requestTooLarge, context)
        case is HTTPParserError: write(.badRequest, context)
        default: context.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .awaitingHead):
            isHead = head.method == .HEAD
            guard head.method == .GET || isHead else { return write(.methodNotAllowed, context) }
            state = .awaitingEnd(head)
        case (.body, .awaitingEnd): write(.badRequest, context)
        case (.end, .awaitingEnd(let head)): begin(head, context)
        default: break
        }
    }

    // MARK: Answering

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        state = .answering
        let path = head.uri.split(separator: "?", omittingEmptySubsequences: false).first ?? ""
        schedule(configuration.answerTimeout, context) { _, context in
            context.close(promise: nil)
        }
        let promise = context.eventLoop.makePromise(of: AdminAnswer.self)
        let (answer, name) = (answer, String(path))
        promise.completeWithTask { await answer(name) }
        promise.futureResult.assumeIsolated().whenSuccess { answer in
            self.send(answer, context)
        }
    }

    /// An answer that ends the request, whatever the rest of it would be.
    private func write(_ answer: AdminAnswer, _ context: ChannelHandlerContext) {
        if case .answering = state { return }
        state = .answering
        schedule(configuration.answerTimeout, context) { _, context in
            context.close(promise: nil)
        }
        send(answer, context)
    }

    private func send(_ answer: AdminAnswer, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        var headers = HTTPHeaders([
            ("Content-Type", answer.contentType), ("Content-Length", "\(answer.body.utf8.count)"),
            ("Cache-Control", "no-store"), ("Connection", "close"),
        ])
        if answer.status == 405 { headers.add(name: "Allow", value: "GET, HEAD") }
        let head = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead {
            let body = context.channel.allocator.buffer(string: answer.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        // Only this direction: closing both at once would reset a connection with bytes of the
        // request unread, and the peer could lose the answer. The timer closes the rest.
        let sent = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
        sent.futureResult.assumeIsolated().whenComplete { _ in
            context.close(mode: .output, promise: nil)
        }
    }

    /// The one timer of the connection.
    private func schedule(
        _ delay: TimeAmount, _ context: ChannelHandlerContext,
        _ action: @escaping (AdminHandler, ChannelHandlerContext) -> Void
    ) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            action(self, context)
        }
    }
}

/// Counts the bytes of a connection's one request before anything is made of them.
final class RequestSizeGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var bytesLeft: Int

    init(bytesMax: Int) {
        bytesLeft = bytesMax
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let wasExceeded = bytesLeft < 0
        bytesLeft -= unwrapInboundIn(data).readableBytes
        if bytesLeft >= 0 {
            context.fireChannelRead(data)
        } else if !wasExceeded {
            bytesLeft = -1
            context.fireErrorCaught(RequestTooLarge())
        } else {
            bytesLeft = -1
        }
    }
}

/// A request is over the limit of its bytes.
struct RequestTooLarge: Error {}
