/// What the admin port tells of the daemon.
public struct AdminPages: Sendable {
    /// Whether the daemon can still do anything; where it cannot, it is to be started anew.
    public var isLive: @Sendable () async -> Bool
    /// Why the daemon cannot serve now, as a stable reason; nil where it can.
    public var obstacle: @Sendable () async -> String?
    /// The metrics in Prometheus's text format.
    public var metrics: @Sendable () -> String

    public init(
        isLive: @escaping @Sendable () async -> Bool,
        obstacle: @escaping @Sendable () async -> String?,
        metrics: @escaping @Sendable () -> String
    ) {
        self.isLive = isLive
        self.obstacle = obstacle
        self.metrics = metrics
    }
}

/// An answer of the admin port.
struct AdminAnswer: Sendable, Equatable {
    /// HTTP status: 200.
    var status: Int
    var contentType = "text/plain; charset=utf-8"
    var body: String

    init(_ status: Int, _ body: String) {
        self.status = status
        self.body = body + "\n"
    }

    static let live = AdminAnswer(200, "live")
    static let notLive = AdminAnswer(503, "not live: an event loop does not answer")
    static let ready = AdminAnswer(200, "ready")
    static let badRequest = AdminAnswer(400, "bad request")
    static let notFound = AdminAnswer(404, "there are /live, /ready and /metrics")
    static let methodNotAllowed = AdminAnswer(405, "GET and HEAD only")
    static let requestTimeout = AdminAnswer(408, "the request took too long")
    static let requestTooLarge = AdminAnswer(431, "the request is too large")

    static func notReady(_ reason: String) -> AdminAnswer {
        AdminAnswer(503, "not ready: \(reason)")
    }

    static func metrics(_ text: String) -> AdminAnswer {
        var answer = AdminAnswer(200, "")
        answer.contentType = "text/plain; version=0.0.4; charset=utf-8"
        answer.body = text
        return answer
    }
}
