import Testing

@testable import Wire

/// Which failures lead to another attempt, and after how long.
@Suite struct CallRetryTests {
    typealias Standing = CallRetry.Standing

    struct Case: CustomTestStringConvertible, Sendable {
        let origin: CallFailure.Origin
        let code: RPCCode
        let reason: String
        let standing: Standing
        var retryAfter: UInt32?

        init(
            _ origin: CallFailure.Origin, _ code: RPCCode, _ reason: String, _ standing: Standing,
            retryAfter: UInt32? = nil
        ) {
            self.origin = origin
            self.code = code
            self.reason = reason
            self.standing = standing
            self.retryAfter = retryAfter
        }

        var testDescription: String { "\(origin) \(code)/\(reason)" }
        var failure: CallFailure {
            CallFailure(
                status: RPCStatus(code, reason, "", retryAfterMilliseconds: retryAfter),
                origin: origin)
        }
    }

    static let cases: [Case] = [
        Case(.client, .unavailable, "NOT_PROCESSED", .neverStarted),
        Case(.unsent, .unavailable, "CONNECTION_LOST", .neverStarted),
        Case(.unsent, .resourceExhausted, "TOO_MANY_PINGS", .neverStarted),
        Case(.unsent, .resourceExhausted, "TOO_MANY_OPEN_CALLS", .refused),
        Case(.unsent, .resourceExhausted, "MESSAGE_TOO_LARGE", .final),
        Case(.unsent, .resourceExhausted, "METADATA_TOO_LARGE", .final),
        Case(.unsent, .internal, "BAD_METADATA", .final),
        Case(.unsent, .unavailable, "CONNECTION_CLOSED", .final),
        Case(.server, .resourceExhausted, "TOO_MANY_OPEN_CALLS", .refused),
        Case(.server, .resourceExhausted, "TOO_MANY_RUNNING_HANDLERS", .refused),
        Case(.server, .resourceExhausted, "ORGANISATION_BUSY", .refused, retryAfter: 100),
        Case(.server, .resourceExhausted, "STREAM_OVERLOADED", .temporary, retryAfter: 100),
        Case(.server, .resourceExhausted, "SERVER_BUSY", .refused),
        Case(.server, .resourceExhausted, "SERVER_BUSY", .refused, retryAfter: 100),
        // A handler may pass on what it got from another server.
        Case(.server, .unavailable, "NOT_PROCESSED", .temporary),
        Case(.server, .unavailable, "CONNECT_FAILED", .temporary),
        Case(.server, .internal, "SERVER_BUSY", .final),
        // A GoAway does not say what became of the calls up to its last.
        Case(.goAway, .unavailable, "NOT_PROCESSED", .temporary),
        Case(.goAway, .unavailable, "CONNECTION_LOST", .temporary),
        Case(.goAway, .unavailable, "CONNECTION_CLOSED", .temporary),
        Case(.goAway, .resourceExhausted, "SERVER_BUSY", .final),
        Case(.goAway, .resourceExhausted, "TOO_MANY_OPEN_CALLS", .final),
        Case(.goAway, .resourceExhausted, "TOO_MANY_PINGS", .final),
        Case(.goAway, .unauthenticated, "ADMISSION_WITHDRAWN", .final),
        Case(.connecting, .unavailable, "CONNECT_FAILED", .notConnected),
        Case(.connecting, .deadlineExceeded, "CONNECT_TIMEOUT", .notConnected),
        Case(.connecting, .unavailable, "CONNECTION_LOST", .notConnected),
        Case(.connecting, .unavailable, "TLS_FAILED", .final),
        Case(.connecting, .unauthenticated, "CERTIFICATE_REFUSED", .final),
        Case(.connecting, .permissionDenied, "ORGANISATION_NOT_ACTIVE", .final),
        Case(.client, .unavailable, "CONNECTION_LOST", .temporary),
        Case(.client, .unavailable, "CONNECTION_CLOSED", .final),
        Case(.server, .unavailable, "DATABASE_UNAVAILABLE", .temporary),
        Case(.server, .unknown, "OUTCOME_UNKNOWN", .temporary),
        Case(.client, .unknown, "OUTCOME_UNKNOWN", .final),
        Case(.server, .unknown, "UNKNOWN", .final),
        Case(.server, .resourceExhausted, "TOO_MANY_REFUSALS", .final),
        Case(.server, .resourceExhausted, "QUOTA", .temporary, retryAfter: 5),
        Case(.server, .deadlineExceeded, "DEADLINE_EXCEEDED", .final),
        Case(.client, .deadlineExceeded, "DEADLINE_EXCEEDED", .final),
        Case(.client, .cancelled, "CANCELLED", .final),
        Case(.server, .aborted, "CONCURRENT_CHANGE", .final),
        Case(.server, .internal, "INTERNAL_ERROR", .final),
        Case(.server, .invalidArgument, "INVALID_FIELD", .final),
    ]

    @Test(arguments: cases)
    func whatAFailureProves(_ example: Case) {
        #expect(CallRetry.standing(of: example.failure) == example.standing)
    }

    // MARK: Attempts

    private let lost = CallFailure.client(.connectionLost, "")
    private let notProcessed = CallFailure.client(.notProcessed, "")
    private let busy = CallFailure(status: LibraryReason.serverBusy.status(""), origin: .server)
    private let unreachable = CallFailure(
        status: LibraryReason.connectFailed.status(""), origin: .connecting)

    private func decisions(
        _ failures: [CallFailure], isIdempotent: Bool = true, policy: RetryPolicy = RetryPolicy(),
        remaining: Duration = .seconds(60)
    ) -> [CallRetry.Decision] {
        var retry = CallRetry(policy: policy, isIdempotent: isIdempotent)
        var throttle = RetryThrottle(policy: policy)
        return failures.map {
            retry.decide(after: $0, remaining: remaining, random: 0.5, throttle: &throttle)
        }
    }

    private func again(_ milliseconds: Int64) -> CallRetry.Decision {
        .again(after: .milliseconds(milliseconds))
    }

    @Test func idempotentCallIsTriedFourTimes() {
        #expect(
            decisions([lost, lost, lost, lost]) == [again(100), again(200), again(400), .fail])
    }

    @Test func callThatIsNotIdempotentIsNotMadeAgain() {
        #expect(decisions([lost], isIdempotent: false) == [.fail])
    }

    @Test func callThatNeverStartedIsMadeAgainAtOnceWhateverItIs() {
        #expect(
            decisions([notProcessed, notProcessed], isIdempotent: false)
                == [again(0), again(100)])
        #expect(decisions([notProcessed], policy: .none) == [again(0)])
    }

    @Test func callThatNeverStartsIsGivenUp() {
        let failures = Array(repeating: notProcessed, count: CallRetry.neverStartedMax + 1)
        let decisions = decisions(failures, isIdempotent: false)
        #expect(decisions.last == .fail)
        #expect(!decisions.dropLast().contains(.fail))
    }

    @Test func refusedCallIsMadeAgainWhateverItIs() {
        #expect(decisions([busy, busy], isIdempotent: false) == [again(100), again(200)])
        #expect(decisions([busy], isIdempotent: false, policy: .none) == [.fail])
    }

    @Test func firstAttemptWithoutAConnectionFailsAndLaterOnesGoOn() {
        #expect(decisions([unreachable]) == [.fail])
        #expect(decisions([lost, unreachable]) == [again(100), again(200)])
        #expect(
            decisions([notProcessed, unreachable], isIdempotent: false) == [again(0), again(100)])
    }

    @Test func attemptsAreFiveAtTheMost() {
        var policy = RetryPolicy()
        policy.attemptsMax = 100
        policy.tokensMax = 1_000
        let decisions = decisions(Array(repeating: lost, count: 5), policy: policy)
        #expect(decisions.filter { $0 == .fail }.count == 1)
        #expect(decisions.last == .fail)
    }

    @Test func serversWordOnWhenCountsAndStartsTheWaitsAnew() {
        var later = busy
        later.status.retryAfterMilliseconds = 750
        #expect(decisions([lost, later, lost]) == [again(100), again(750), again(100)])
    }

    @Test func waitThatTheCallHasNoTimeForIsNotBegun() {
        #expect(decisions([lost], remaining: .milliseconds(100)) == [.fail])
        #expect(decisions([lost], remaining: .milliseconds(101)) == [again(100)])
        #expect(decisions([notProcessed], remaining: .zero) == [.fail])
    }

    @Test func attemptsThatAServerMayHaveSeenAreCounted() {
        let policy = RetryPolicy()
        var retry = CallRetry(policy: policy, isIdempotent: true)
        var throttle = RetryThrottle(policy: policy)
        for (failure, count) in [(notProcessed, 0), (lost, 1), (busy, 2)] {
            _ = retry.decide(
                after: failure, remaining: .seconds(60), random: 0.5, throttle: &throttle)
            #expect(retry.previousAttempts == count)
        }
    }

    // MARK: What the caller is told

    private func report(_ failures: [CallFailure]) -> CallFailure? {
        let policy = RetryPolicy()
        var retry = CallRetry(policy: policy, isIdempotent: true)
        var throttle = RetryThrottle(policy: policy)
        for failure in failures {
            _ = retry.decide(
                after: failure, remaining: .seconds(60), random: 0.5, throttle: &throttle)
        }
        return failures.last.map { retry.report(of: $0) }
    }

    private func served(_ code: RPCCode, _ reason: String) -> CallFailure {
        CallFailure(status: RPCStatus(code, reason, ""), origin: .server)
    }

    @Test func anAttemptThatDidNothingDoesNotHideOneThatMayHaveDoneIt() {
        let unknown = served(.unknown, "OUTCOME_UNKNOWN")
        let nothings = [
            unreachable, busy, notProcessed, served(.unavailable, "DATABASE_UNAVAILABLE"),
            served(.permissionDenied, "ORGANISATION_NOT_ACTIVE"),
            served(.aborted, "CONCURRENT_CHANGE"),
            served(.invalidArgument, "IDEMPOTENCY_KEY_REUSED"),
            served(.deadlineExceeded, "DEADLINE_EXCEEDED"),
            served(.cancelled, "CANCELLED"), served(.dataLoss, "RECORDS_DAMAGED"),
            served(.internal, "INTERNAL_ERROR"), served(.unimplemented, "UNKNOWN_METHOD"),
            CallFailure(
                status: LibraryReason.certificateRefused.status(""), origin: .connecting),
        ]
        for nothing in nothings {
            #expect(report([unknown, nothing]) == unknown)
            #expect(report([lost, nothing, nothing]) == lost)
            #expect(report([busy, nothing]) == nothing, "nothing was ever done")
        }
    }

    @Test func whatTheServerFindsSettlesWhatWasNotKnown() {
        for code in [RPCCode.invalidArgument, .notFound, .aborted, .failedPrecondition] {
            #expect(report([lost, served(code, "REASON")]) == served(code, "REASON"))
        }
        #expect(report([lost, CallFailure.deadlineExceeded]) == CallFailure.deadlineExceeded)
        let unknown = served(.unknown, "OUTCOME_UNKNOWN")
        #expect(report([lost, unknown]) == unknown)
    }

    // MARK: Tokens

    @Test func tokensRunOutAndComeBack() {
        var throttle = RetryThrottle(policy: RetryPolicy())
        for _ in 0..<4 { throttle.failed() }
        #expect(throttle.tokens == 6 && throttle.allowsRetry)
        throttle.failed()
        #expect(throttle.tokens == 5 && !throttle.allowsRetry)
        throttle.succeeded()
        #expect(throttle.allowsRetry)
        for _ in 0..<100 { throttle.failed() }
        #expect(throttle.tokens == 0)
        for _ in 0..<1_000 { throttle.succeeded() }
        #expect(throttle.tokens == 10)
    }

    @Test func withoutTokensNothingIsMadeAgainButWhatNeverStarted() {
        let policy = RetryPolicy()
        var throttle = RetryThrottle(policy: policy)
        for _ in 0..<5 { throttle.failed() }
        for (failure, expected) in [(lost, CallRetry.Decision.fail), (notProcessed, again(0))] {
            var retry = CallRetry(policy: policy, isIdempotent: true)
            #expect(
                retry.decide(
                    after: failure, remaining: .seconds(60), random: 0.5, throttle: &throttle)
                    == expected)
        }
    }
}
