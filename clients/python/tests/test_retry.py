"""Pauses, the retry policy and its budget."""

import unittest

from icds_client import Backoff, Code, RetryPolicy, RPCError
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.retry import TokenBucket

NEVER_STARTED = RPCError(Code.UNAVAILABLE, "NOT_PROCESSED", "")
LOST = RPCError(Code.UNAVAILABLE, "CONNECTION_LOST", "")
REFUSED = RPCError(Code.INVALID_ARGUMENT, "INVALID_FIELD", "")


class BackoffTests(unittest.TestCase):
    def test_pauses_double_up_to_the_maximum_and_keep_half_of_their_length(self) -> None:
        backoff = Backoff(initial_seconds=1, multiplier=2, maximum_seconds=5)
        self.assertEqual([backoff.pause_seconds(n, lambda: 1.0) for n in (1, 2, 3, 4, 90)],
                         [1, 2, 4, 5, 5])
        self.assertEqual([backoff.pause_seconds(n, lambda: 0.0) for n in (1, 2, 3, 4)],
                         [0.5, 1, 2, 2.5])


class RetryPolicyTests(unittest.TestCase):
    def test_what_never_started_is_tried_again_whatever_the_method(self) -> None:
        policy = RetryPolicy(attempts_max=3)
        self.assertTrue(policy.allows(NEVER_STARTED, 2, is_idempotent=False))
        self.assertFalse(policy.allows(NEVER_STARTED, 3, is_idempotent=False))

    def test_other_failures_are_tried_again_for_idempotent_methods_only(self) -> None:
        policy = RetryPolicy()
        self.assertTrue(policy.allows(LOST, 1, is_idempotent=True))
        self.assertFalse(policy.allows(LOST, 1, is_idempotent=False))
        self.assertFalse(policy.allows(REFUSED, 1, is_idempotent=True))

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
        bucket = TokenBucket(tokens_max=10, earned_per_success=0.5)
        self.assertEqual([bucket.failed() for _ in range(6)], [True] * 4 + [False] * 2)
        for _ in range(5):
            bucket.succeeded()
        self.assertTrue(bucket.failed())

    def test_it_never_holds_more_than_its_maximum(self) -> None:
        bucket = TokenBucket(tokens_max=4, earned_per_success=1)
        for _ in range(100):
            bucket.succeeded()
        self.assertEqual([bucket.failed() for _ in range(2)], [True, False])


if __name__ == "__main__":
    unittest.main()
