"""The attempts of one call (PROTOCOL.md, "Staying connected")."""

from __future__ import annotations

import threading
import time

from icds_client.errors import RPCError
from icds_client.metadata import Metadata
from icds_client.options import CallOptions
from icds_client.pool import ConnectionPool
from icds_client.retry import RetryPolicy, TokenBucket

#: Told to the server from the second attempt on: in how many it may have seen the call.
PREVIOUS_ATTEMPTS_KEY = "icds-previous-attempts"

#: A call that was refused connections is not a call of this channel's that is being made again.
NOT_CONNECTED = frozenset({"CONNECT_FAILED", "CONNECT_TIMEOUT"})


class Attempts:
    """Counts them, and waits between them."""

    def __init__(
        self, policy: RetryPolicy, bucket: TokenBucket, pool: ConnectionPool,
        closing: threading.Event, is_idempotent: bool, options: CallOptions,
    ) -> None:
        self._policy = policy
        self._bucket = bucket
        self._pool = pool
        self._closing = closing
        self._is_idempotent = is_idempotent
        self._options = options
        self.wait_for_ready = options.wait_for_ready
        self._made = 0
        self._sent = 0
        #: The first attempt of which nobody knows whether it was carried out.
        self._unknown: RPCError | None = None
        timeout = options.timeout_seconds
        self.deadline = None if timeout is None else time.monotonic() + timeout

    def metadata(self) -> Metadata:
        """What the next attempt sends."""
        metadata = self._options.request_metadata()
        if self._made:
            return (*metadata, (PREVIOUS_ATTEMPTS_KEY, str(self._sent)))
        return metadata

    def succeeded(self) -> None:
        """The call went well."""
        self._bucket.succeeded()

    def failed(self, error: RPCError) -> None:
        """Returns when the next attempt may begin; raises what to tell where there is none."""
        if self._unknown is None and error.leaves_outcome_open:
            self._unknown = error
        pause = self._pause_seconds(error)
        if pause is None or self._closing.wait(pause):
            raise self._report(error)

    def _report(self, last: RPCError) -> RPCError:
        """That the last attempt did nothing says nothing of one whose outcome is not known."""
        if self._unknown is None or last.leaves_outcome_open or last.settles_outcome:
            return last
        return self._unknown

    def _pause_seconds(self, error: RPCError) -> float | None:
        """How long to wait before the next attempt; None where there is none."""
        self._made += 1
        if not error.was_never_sent:
            self._sent += 1
        if self._made == 1 and not error.is_from_server and error.reason in NOT_CONNECTED:
            return None  # Without a connection a call fails at once, or waits if told to.
        if not self._policy.allows(error, self._is_idempotent):
            return None
        has_tokens = error.was_never_sent or self._bucket.failed()
        if not has_tokens or self._made >= self._policy.attempts_max:
            return None
        pause = max(self._policy.pause_seconds(error, self._made), self._pool.pause_seconds())
        is_late = self.deadline is not None and time.monotonic() + pause >= self.deadline
        return None if is_late else pause
