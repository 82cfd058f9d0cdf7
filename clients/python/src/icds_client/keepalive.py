"""When a client pings (PROTOCOL.md, "Keepalive"). A value; the clock is handed in."""

from __future__ import annotations

from icds_client.errors import Code, RPCError
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.options import ConnectionOptions


class Keepalive:
    """Pings a server that is silent while calls are open, and gives up when it stays silent."""

    def __init__(
        self, options: ConnectionOptions, limits: wire.ConnectionLimits, now: float
    ) -> None:
        seconds = options.keepalive_seconds
        self._interval = None if seconds is None else max(
            seconds, limits.ping_interval_milliseconds_min / 1000)
        self._timeout = options.keepalive_timeout_seconds
        self._last_received = now
        self._last_ping = now
        self._opaque = 0
        self._is_waiting = False

    def received(self, now: float) -> None:
        """Any frame shows that the server is there."""
        self._last_received = now
        self._is_waiting = False

    def resumed(self, now: float) -> None:
        """A call was opened where none was: silence counts from here."""
        self._last_received = now

    def answered(self, opaque: int) -> None:
        """A Pong came; one that nobody asked for is of no use and does no harm."""

    def ping_due(self, now: float, has_calls: bool) -> int | None:
        """The value of the Ping to send now. Raises when the last one was not answered in time."""
        if self._interval is None or not has_calls:
            return None
        if self._is_waiting:
            if now - self._last_ping < self._timeout:
                return None
            raise RPCError(
                Code.UNAVAILABLE, "CONNECTION_LOST",
                f"the server was silent for {self._timeout:g} s after a ping")
        if now < self._due():
            return None
        self._is_waiting = True
        self._last_ping = now
        self._opaque += 1
        return self._opaque

    def next_time(self, has_calls: bool) -> float | None:
        """When to ask again."""
        if self._interval is None or not has_calls:
            return None
        return self._last_ping + self._timeout if self._is_waiting else self._due()

    def _due(self) -> float:
        return max(self._last_received, self._last_ping) + (self._interval or 0.0)
