"""Cancelling a unary call from another thread (PROTOCOL.md, "Cancellation")."""

from __future__ import annotations

import threading

from icds_client.call import ClientCall, cancelled


class Cancellation:
    """Given to a call in its options; `cancel` ends the call, or keeps it from being started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._call: ClientCall | None = None
        self._is_cancelled = False

    def cancel(self) -> None:
        """The answer is no longer wanted; may come from any thread, any number of times."""
        with self._lock:
            self._is_cancelled = True
            call = self._call
        if call is not None:
            call.cancel()

    def attach(self, call: ClientCall) -> None:
        """The call, or its next attempt, is open."""
        with self._lock:
            self._call = call
            is_cancelled = self._is_cancelled
        if is_cancelled:
            call.cancel()

    def check(self) -> None:
        """Raises where there is nothing to start any more."""
        with self._lock:
            if self._is_cancelled:
                raise cancelled()
