"""When to try again: pauses, the policy for idempotent methods and its budget.

Nothing here waits or knows a socket: clocks and randomness are handed in, so that every rule can
be tested by itself. The rules are those of gRPC's retry design (proposal A6).
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from icds_client.errors import RPCError


@dataclass(frozen=True)
class Backoff:
    """Growing pauses in seconds, each a part more or less at random."""

    initial_seconds: float
    maximum_seconds: float
    multiplier: float = 2.0
    jitter: float = 0.2

    def pause_seconds(self, attempt: int, rng: Callable[[], float] = random.random) -> float:
        """The pause before attempt `attempt` (1: the first one after a failure)."""
        interval = self.initial_seconds
        for _ in range(max(0, attempt - 1)):
            interval = min(interval * self.multiplier, self.maximum_seconds)
        return interval * (1 + self.jitter * (2 * rng() - 1))


@dataclass(frozen=True)
class RetryPolicy:
    """Which failures are tried again, and how often (PROTOCOL.md, "Staying connected").

    `attempts_max` counts the first attempt. A call that provably never started is tried again
    whatever its method does, another one only where its method is declared idempotent.
    """

    attempts_max: int = 4
    backoff: Backoff = Backoff(initial_seconds=0.1, maximum_seconds=5.0)
    tokens_max: float = 10.0
    token_ratio: float = 0.1

    def allows(self, error: RPCError, is_idempotent: bool) -> bool:
        """Whether a call that failed so may be made again, while there are attempts left."""
        return error.is_safe_to_retry or (is_idempotent and error.is_temporary)

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
    """The budget for retries of one channel: a failure costs a token, a success earns a part of one.

    With half of its tokens or fewer nothing is retried, so that a server in trouble is not asked
    twice for everything. Calls that were never sent cost nothing.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        self._tokens_max = policy.tokens_max
        self._earned = policy.token_ratio
        self._tokens = policy.tokens_max
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
