/// Which calls a channel makes again, and when (PROTOCOL.md, "Making a call again").
public struct RetryPolicy: Sendable, Equatable {
    /// The most that `attemptsMax` may be: more is a storm.
    public static let attemptsLimit = 5

    /// Attempts of one call, the first included; at most `attemptsLimit`.
    public var attemptsMax = 4
    /// Wait before the first retry, and by what each further one waits longer; a fifth more or less
    /// at random.
    public var backoff: BackoffPolicy
    /// Failures that a channel has in hand: each takes one away, and below half of them nothing is
    /// made again, so that a server in distress is not given more to do.
    public var tokensMax = 10.0
    /// What a call that went well gives back of them.
    public var tokenRatio = 0.1

    public init() {
        backoff = BackoffPolicy()
        backoff.initial = .milliseconds(100)
        backoff.multiplier = 2
        backoff.max = .seconds(5)
    }

    /// Makes nothing again but what never left this side.
    public static let none: RetryPolicy = {
        var policy = RetryPolicy()
        policy.attemptsMax = 1
        return policy
    }()
}

/// The tokens of a channel. Decides only.
struct RetryThrottle: Equatable {
    private let tokensMax: Double
    private let ratio: Double
    private(set) var tokens: Double

    init(policy: RetryPolicy) {
        tokensMax = policy.tokensMax
        ratio = policy.tokenRatio
        tokens = tokensMax
    }

    /// Whether a call may be made again.
    var allowsRetry: Bool { tokens > tokensMax / 2 }

    /// A call failed in a way that could be tried again.
    mutating func failed() { tokens = max(0, tokens - 1) }

    /// A call went well.
    mutating func succeeded() { tokens = min(tokensMax, tokens + ratio) }
}

/// Whether one call is made again. Decides only.
struct CallRetry {
    /// What to do after a failure.
    enum Decision: Equatable {
        /// The caller gets it.
        case fail
        /// Make the call again after this.
        case again(after: Duration)
    }

    /// What a failure proves.
    enum Standing: Equatable {
        /// The server never saw the call, or says that it did not look at it.
        case neverStarted
        /// There was no connection.
        case notConnected
        /// The server refused before it started anything.
        case refused
        /// Something may have been done; trying again could help.
        case temporary
        /// Trying again does not help.
        case final
    }

    /// Times that a call which never started is made again; after the first, the server is given
    /// time.
    static let neverStartedMax = 5

    private let policy: RetryPolicy
    private let isIdempotent: Bool
    private let attemptsMax: Int
    /// Attempts that a server may have seen.
    private(set) var previousAttempts = 0
    /// The first attempt of which nobody knows whether it was carried out.
    private var unknown: CallFailure?
    private var neverStarted = 0
    private var waits = 0

    /// The decisions for one call of a method.
    init(policy: RetryPolicy, isIdempotent: Bool) {
        self.policy = policy
        self.isIdempotent = isIdempotent
        attemptsMax = min(max(1, policy.attemptsMax), RetryPolicy.attemptsLimit)
    }

    /// An attempt failed, with so much of the call's time left; `random` is 0 to 1.
    mutating func decide(
        after failure: CallFailure, remaining: Duration, random: Double,
        throttle: inout RetryThrottle
    ) -> Decision {
        if unknown == nil, Self.leavesOutcomeOpen(failure) { unknown = failure }
        switch Self.standing(of: failure) {
        case .final: return .fail
        case .neverStarted:
            neverStarted += 1
            guard neverStarted <= Self.neverStartedMax else { return .fail }
            if neverStarted == 1 { return remaining > .zero ? .again(after: .zero) : .fail }
        case .notConnected:
            // A call that finds no connection fails at once; one that is being made again goes on.
            guard previousAttempts + neverStarted > 0 else { return .fail }
            guard takesAttempt(&throttle) else { return .fail }
        case .refused:
            guard takesAttempt(&throttle) else { return .fail }
        case .temporary:
            guard isIdempotent, takesAttempt(&throttle) else { return .fail }
        }
        let delay = delay(pushback: failure.status.retryAfterMilliseconds, random: random)
        return delay < remaining ? .again(after: delay) : .fail
    }

    /// What the caller is told after the last attempt. That this one did nothing says nothing of one
    /// before it whose outcome is not known; only what the server finds when it has looked at the call
    /// itself does, since it knows by the key whether the call was carried out.
    func report(of last: CallFailure) -> CallFailure {
        guard let unknown, !Self.leavesOutcomeOpen(last) else { return last }
        switch (last.origin, Self.standing(of: last)) {
        case (.client, .final): return last
        case (.server, .final): return Self.isJudgement(last.status) ? last : unknown
        default: return unknown
        }
    }

    /// Whether the server has looked at the call itself and refused it, which it does only where no attempt
    /// with its key was kept (PROTOCOL.md, "Making a call again"). That the key was used says that one was:
    /// servers of two versions may read one request in two ways.
    private static func isJudgement(_ status: RPCStatus) -> Bool {
        switch status.code {
        case .invalidArgument: status.reason != "IDEMPOTENCY_KEY_REUSED"
        case .notFound, .alreadyExists, .failedPrecondition, .outOfRange: true
        case .aborted: status.reason != "CONCURRENT_CHANGE"
        default: false
        }
    }

    /// Whether the call may have been carried out: its connection was lost, or the server says so.
    private static func leavesOutcomeOpen(_ failure: CallFailure) -> Bool {
        guard standing(of: failure) == .temporary else { return false }
        return failure.origin != .server || failure.status.code == .unknown
    }

    private mutating func takesAttempt(_ throttle: inout RetryThrottle) -> Bool {
        throttle.failed()
        previousAttempts += 1
        return previousAttempts < attemptsMax && throttle.allowsRetry
    }

    /// What the server asks for counts; it starts the growing waits anew.
    private mutating func delay(pushback: UInt32?, random: Double) -> Duration {
        if let pushback {
            waits = 0
            return .milliseconds(Int64(pushback))
        }
        waits += 1
        return policy.backoff.delay(failures: waits, random: random)
    }

    /// What a failure proves. The reasons of a server count only with the codes that the library gives
    /// them, and those of this side only from this side: a handler may pass on what it got elsewhere.
    static func standing(of failure: CallFailure) -> Standing {
        let status = failure.status
        let reason = LibraryReason(rawValue: status.reason).flatMap {
            $0.code == status.code ? $0 : nil
        }
        switch (failure.origin, reason) {
        case (.unsent, .messageTooLarge), (.unsent, .metadataTooLarge), (.unsent, .badMetadata),
            (.unsent, .deadlineTooShort), (.unsent, .connectionClosed):
            return .final
        case (.unsent, .tooManyOpenCalls), (.server, .tooManyOpenCalls),
            (.server, .tooManyRunningHandlers), (.server, .organisationBusy),
            (.server, .serverBusy):
            return .refused
        case (.unsent, _), (.client, .notProcessed): return .neverStarted
        case (.connecting, .connectFailed), (.connecting, .connectTimeout),
            (.connecting, .connectionLost), (.connecting, .notProcessed):
            return .notConnected
        case (.connecting, _), (.client, .tlsFailed), (.client, .connectionClosed): return .final
        default: break
        }
        switch status.code {
        case .unavailable: return .temporary
        // The server lost its database at the commit: asking again tells, where that does no harm.
        case .unknown where failure.origin == .server && status.reason == "OUTCOME_UNKNOWN":
            return .temporary
        case .resourceExhausted where status.retryAfterMilliseconds != nil: return .temporary
        default: return .final
        }
    }
}
