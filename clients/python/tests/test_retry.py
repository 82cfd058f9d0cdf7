"""Pauses, the retry policy and its budget."""

import threading
import unittest
from typing import cast

from icds_client import Backoff, CallOptions, Code, RetryPolicy, RPCError
from icds_client.attempts import Attempts
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.pool import ConnectionPool
from icds_client.retry import TokenBucket

NEVER_STARTED = RPCError(Code.UNAVAILABLE, "NOT_PROCESSED", "")
LOST = RPCError(Code.UNAVAILABLE, "CONNECTION_LOST", "")
TLS_FAILED = RPCError(Code.UNAVAILABLE, "TLS_FAILED", "")
TOO_LARGE = RPCError(Code.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE", "")
REFUSED = RPCError(Code.INVALID_ARGUMENT, "INVALID_FIELD", "")


def from_server(code: int, reason: str, retry_milliseconds: int = 0) -> RPCError:
    status = wire.Status(code=code, reason=reason)
    if retry_milliseconds:
        status.details.add().retry_info.delay_milliseconds = retry_milliseconds
    return RPCError.from_status(status, (), ())


STREAM_OVERLOADED = from_server(8, "STREAM_OVERLOADED", 100)


class BackoffTests(unittest.TestCase):
    def test_pauses_grow_up_to_the_maximum_and_are_a_part_more_or_less_at_random(self) -> None:
        backoff = Backoff(initial_seconds=1, multiplier=2, maximum_seconds=5, jitter=0.5)
        self.assertEqual([backoff.pause_seconds(n, lambda: 0.5) for n in (1, 2, 3, 4, 90)],
                         [1, 2, 4, 5, 5])
        self.assertEqual([backoff.pause_seconds(n, lambda: 0.0) for n in (1, 2)], [0.5, 1])
        self.assertEqual([backoff.pause_seconds(n, lambda: 1.0) for n in (1, 2)], [1.5, 3])


class RetryPolicyTests(unittest.TestCase):
    def test_what_never_started_is_tried_again_whatever_the_method(self) -> None:
        self.assertTrue(RetryPolicy().allows(NEVER_STARTED, is_idempotent=False))

    def test_other_failures_are_tried_again_for_idempotent_methods_only(self) -> None:
        policy = RetryPolicy()
        self.assertTrue(policy.allows(LOST, is_idempotent=True))
        self.assertFalse(policy.allows(LOST, is_idempotent=False))
        for error in (REFUSED, TLS_FAILED, TOO_LARGE):
            self.assertFalse(policy.allows(error, is_idempotent=True), error)
        self.assertTrue(policy.allows(from_server(14, "OVERLOADED"), is_idempotent=True))
        self.assertTrue(policy.allows(STREAM_OVERLOADED, is_idempotent=True))
        self.assertFalse(policy.allows(STREAM_OVERLOADED, is_idempotent=False))

    def test_a_commit_whose_outcome_is_unknown_is_asked_for_again(self) -> None:
        lost = from_server(2, "OUTCOME_UNKNOWN")
        self.assertTrue(RetryPolicy().allows(lost, is_idempotent=True))
        self.assertFalse(RetryPolicy().allows(lost, is_idempotent=False))
        self.assertFalse(RetryPolicy().allows(from_server(2, "X"), is_idempotent=True))

    def test_a_servers_word_counts_for_its_own_reasons_with_their_code_only(self) -> None:
        self.assertTrue(from_server(8, "SERVER_BUSY").is_safe_to_retry)
        for code, reason in ((14, "NOT_PROCESSED"), (14, "SERVER_BUSY"), (14, "CONNECT_FAILED")):
            self.assertFalse(from_server(code, reason).is_safe_to_retry)
        self.assertFalse(RPCError(Code.RESOURCE_EXHAUSTED, "SERVER_BUSY", "").is_safe_to_retry)

    def test_the_server_says_how_long_to_wait(self) -> None:
        detail = wire.StatusDetail(retry_info=wire.RetryInfo(delay_milliseconds=1500))
        busy = RPCError(Code.RESOURCE_EXHAUSTED, "SERVER_BUSY", "", [detail])
        self.assertEqual(RetryPolicy().pause_seconds(busy, 1), 1.5)

    def test_a_call_that_was_not_processed_is_made_again_at_once_the_first_time(self) -> None:
        policy = RetryPolicy()
        self.assertEqual(policy.pause_seconds(NEVER_STARTED, 1), 0)
        self.assertGreater(policy.pause_seconds(NEVER_STARTED, 2), 0)


class TokenBucketTests(unittest.TestCase):
    def test_failures_use_the_budget_up_and_successes_earn_it_back(self) -> None:
        bucket = TokenBucket(RetryPolicy(tokens_max=10, token_ratio=0.5))
        self.assertEqual([bucket.failed() for _ in range(6)], [True] * 4 + [False] * 2)
        for _ in range(5):
            bucket.succeeded()
        self.assertTrue(bucket.failed())

    def test_it_never_holds_more_than_its_maximum(self) -> None:
        bucket = TokenBucket(RetryPolicy(tokens_max=4, token_ratio=1))
        for _ in range(100):
            bucket.succeeded()
        self.assertEqual([bucket.failed() for _ in range(2)], [True, False])


if __name__ == "__main__":
    unittest.main()


class ReportTests(unittest.TestCase):
    """What the caller is told after the last attempt."""

    class NoPause:
        def pause_seconds(self) -> float:
            return 0

    def report(self, *errors: RPCError) -> RPCError:
        policy = RetryPolicy(backoff=Backoff(initial_seconds=0, maximum_seconds=0))
        attempts = Attempts(
            policy, TokenBucket(policy), cast(ConnectionPool, self.NoPause()), threading.Event(),
            True, CallOptions())
        for error in errors[:-1]:
            attempts.failed(error)
        for error in [errors[-1]] * policy.attempts_max:
            try:
                attempts.failed(error)
            except RPCError as told:
                return told
        raise AssertionError("it is never given up")

    def test_an_attempt_that_did_nothing_does_not_hide_one_that_may_have_done_it(self) -> None:
        unreachable = RPCError(Code.UNAVAILABLE, "CONNECT_FAILED", "")
        barred = from_server(7, "ORGANISATION_NOT_ACTIVE")
        for unknown in (LOST, from_server(2, "OUTCOME_UNKNOWN")):
            for nothing in (unreachable, NEVER_STARTED, TLS_FAILED, barred,
                            from_server(8, "SERVER_BUSY"), from_server(14, "DATABASE_UNAVAILABLE"),
                            from_server(10, "CONCURRENT_CHANGE"),
                            from_server(3, "IDEMPOTENCY_KEY_REUSED"), from_server(1, "CANCELLED"),
                            from_server(4, "DEADLINE_EXCEEDED"), from_server(13, "INTERNAL_ERROR")):
                self.assertIs(self.report(unknown, nothing), unknown)
        self.assertIs(self.report(NEVER_STARTED, unreachable), unreachable)

    def test_what_the_server_finds_settles_what_was_not_known(self) -> None:
        for last in (from_server(3, "INVALID_FIELD"), from_server(10, "ETAG_MISMATCH"),
                     RPCError(Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "")):
            self.assertIs(self.report(LOST, last), last)
