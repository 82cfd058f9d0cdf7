"""The connections of a channel: opened when they are needed, with pauses after failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from icds_client.call import deadline_exceeded
from icds_client.connection import Connection
from icds_client.errors import Code, RPCError
from icds_client.options import ChannelOptions
from icds_client.tls import Target


class ConnectionPool:
    """Hands out the connection for the next call.

    One thread at a time connects; the others wait for what becomes of it. After a failure nobody
    tries again before the backoff's pause is over.
    """

    def __init__(
        self, target: Target, options: ChannelOptions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._target = target
        self._options = options
        self._clock = clock
        self._changed = threading.Condition()
        self._connections: list[Connection] = []
        self._is_connecting = False
        self._is_closed = False
        self._failures = 0
        self._not_before = 0.0
        self._last_error: RPCError | None = None
        self.opened_count = 0

    def connection(
        self, deadline: float | None, wait_for_ready: bool
    ) -> tuple[Connection, bool]:
        """The first usable connection with a place for a call; a new one where there is none and
        the limit allows it; else the one with the fewest calls. True: wait there for a place."""
        while True:
            with self._changed:
                found = self._usable()
                if found is not None:
                    return found
                if self._is_closed:
                    raise RPCError(
                        Code.UNAVAILABLE, "CONNECTION_CLOSED", "this client closed the channel")
                remaining = None if deadline is None else deadline - self._clock()
                if remaining is not None and remaining <= 0:
                    raise self._last_error or deadline_exceeded()
                pause = self._not_before - self._clock()
                if self._is_connecting:
                    self._changed.wait(remaining)
                    continue
                if pause > 0:
                    if not wait_for_ready and self._last_error is not None:
                        raise self._last_error
                    self._changed.wait(pause if remaining is None else min(pause, remaining))
                    continue
                self._is_connecting = True
            self._connect(deadline)

    def pause_seconds(self) -> float:
        """How long nobody will try to connect."""
        with self._changed:
            return max(0.0, self._not_before - self._clock())

    def close(self) -> None:
        """Closes all connections; calls on them fail."""
        with self._changed:
            self._is_closed = True
            connections = list(self._connections)
            self._changed.notify_all()
        for connection in connections:
            connection.close()

    def _usable(self) -> tuple[Connection, bool] | None:
        usable = [connection for connection in self._connections if connection.is_usable]
        for connection in usable:
            if connection.has_place:
                return connection, False
        is_full = len(usable) >= self._options.connections_max
        if usable and (is_full or self._clock() < self._not_before):
            return min(usable, key=lambda connection: connection.open_calls), True
        return None

    def _connect(self, deadline: float | None) -> None:
        """Opens a connection outside the lock. What fails is told to the caller and to all who
        wait, by the error that they find."""
        connection: Connection | None = None
        failure: RPCError | None = None
        try:
            connection = Connection(
                self._target, self._options.connection, deadline, self._forget)
        except RPCError as error:
            failure = error
        finally:
            with self._changed:
                self._is_connecting = False
                if connection is not None:
                    self._failures = 0
                    self._last_error = None
                    self.opened_count += 1
                    self._connections.append(connection)
                elif failure is not None and not self._is_over(deadline):
                    self._failures += 1
                    self._last_error = failure
                    self._not_before = self._clock() + self._options.backoff.pause_seconds(
                        self._failures)
                is_closed = self._is_closed
                self._changed.notify_all()
        if connection is not None and (is_closed or not connection.is_usable):
            connection.close()
            self._forget(connection)
        if failure is not None and (not failure.is_safe_to_retry or self._is_over(deadline)):
            raise failure

    def _is_over(self, deadline: float | None) -> bool:
        """Whether a caller's own time is over, which says nothing about the server."""
        return deadline is not None and self._clock() >= deadline

    def _forget(self, connection: Connection) -> None:
        with self._changed:
            if connection in self._connections:
                self._connections.remove(connection)
            self._changed.notify_all()
