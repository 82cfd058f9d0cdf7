"""Windows of credit for streaming calls (PROTOCOL.md, "Credit"). Pure arithmetic, no locks."""

from __future__ import annotations

from icds_client.errors import ProtocolViolation

#: What a message costs beside its payload bytes, so that empty ones are not free.
MESSAGE_OVERHEAD_BYTES = 64

#: No window may grow beyond this.
WINDOW_MAX = 2_147_483_647


def message_cost(payload: bytes) -> int:
    """What one message takes from the windows of its call and its connection."""
    return len(payload) + MESSAGE_OVERHEAD_BYTES


class SendWindow:
    """What we may send. A message may go while the window is above zero, whatever it costs."""

    def __init__(self, initial_bytes: int) -> None:
        self._is_limited = initial_bytes > 0
        self.available = initial_bytes

    @property
    def is_open(self) -> bool:
        """Whether a message may be sent now."""
        return not self._is_limited or self.available > 0

    def spend(self, cost: int) -> None:
        """A message was sent; the window may fall below zero by one message."""
        self.available -= cost

    def add(self, amount: int) -> None:
        """The peer gave credit."""
        if amount == 0:
            raise ProtocolViolation("a Credit of 0 bytes")
        if self._is_limited and self.available + amount > WINDOW_MAX:
            raise ProtocolViolation("a Credit that makes the window larger than 2147483647")
        self.available += amount


class ReceiveWindow:
    """What the peer may send us, and what is to be given back in lumps of half a window."""

    def __init__(self, initial_bytes: int) -> None:
        self._initial = initial_bytes
        self._available = initial_bytes
        self._owed = 0

    def arrived(self, cost: int) -> None:
        """A message came; raises where the peer had no credit for it."""
        if self._initial and self._available <= 0:
            raise ProtocolViolation("a Message without credit")
        self._available -= cost

    def release(self, cost: int) -> int:
        """A message is done with; returns the bytes to give back now, mostly 0."""
        if not self._initial:
            return 0
        self._owed += cost
        return self.give_back() if self._owed * 2 >= self._initial else 0

    def give_back(self) -> int:
        """Everything that is owed."""
        owed, self._owed = self._owed, 0
        self._available += owed
        return owed
