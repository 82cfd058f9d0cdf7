"""When to try again: pauses, the policy for idempotent methods and its budget.

Nothing here waits or knows a socket: clocks and randomness are handed in, so that every rule can
be tested by itself. The rules are those of gRPC's retry design (proposal A6).
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from icds_client.errors import Code, RPCError


@dataclass(frozen=True)
class Backoff:
    """Growing, random pauses in seconds: half to the whole of an interval that doubles."""

    initial_seconds: float = 0.1
    multiplier: float = 2.0
    maximum_seconds: float = 30.0

    def pause_seconds(self, attempt: int, rng: Callable[[], float] = random.random) -> float:
        """The pause before attempt `attempt` (1: the first one after a failure)."""
        interval = self.initial_seconds
        for _ in range(max(0, attempt - 1)):
            interval = min(interval * self.multiplier, self.maximum_seconds)
        return interval * (0.5 + 0.5 * rng())


@dataclass(frozen=True)
class RetryPolicy:
    """Which failures of an idempotent method are tried again, and how often.

    `attempts_max` counts the first attempt. A call that provably never started is tried again
    under the same number whatever its method does; `codes` matter for idempotent methods only.
    """

    attempts_max: int = 4
    codes: frozenset[Code] = frozenset({Code.UNAVAILABLE})
    backoff: Backoff = Backoff(initial_seconds=0.05, maximum_seconds=2.0)

    def allows(self, error: RPCError, attempt: int, is_idempotent: bool) -> bool:
        """Whether the call may be made again after attempt number `attempt` failed."""
        if attempt >= self.attempts_max:
            return False
        return error.is_safe_to_retry or (is_idempotent and error.code in self.codes)

    def pause_seconds(
        self, error: RPCError, attempt: int, rng: Callable[[], float] = random.random
    ) -> float:
        """How long to wait: what the server asks for, else nothing the first time that a call
        never started, else the backoff."""
        asked = error.retry_after_seconds
        if asked is not None:
            return asked
        if error.reason == "NOT_PROCESSED" and attempt == 1:
            return 0.0
        return self.backoff.pause_seconds(attempt, rng)


class TokenBucket:
    """The budget for retries of one channel: a failure costs one token, a success earns a tenth.

    Below half of its tokens nothing is retried, so that a server in trouble is not asked twice for
    everything. Calls that never started cost nothing.
    """

    def __init__(self, tokens_max: float = 10.0, earned_per_success: float = 0.1) -> None:
        self._tokens_max = tokens_max
        self._earned = earned_per_success
        self._tokens = tokens_max
        self._lock = threading.Lock()

    def succeeded(self) -> None:
        """A call went well."""
        with self._lock:
            self._tokens = min(self._tokens_max, self._tokens + self._earned)

    def failed(self) -> bool:
        """A call failed in a way that could be retried; returns whether the budget allows it."""
        with self._lock:
            self._tokens = max(0.0, self._tokens - 1)
            return self._tokens > self._tokens_max / 2
