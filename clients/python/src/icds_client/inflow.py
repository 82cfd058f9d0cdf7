"""What streams have sent to this client and nobody has read, and the connection's credit for it.

Credit of the connection is given back when a message has arrived, not when it is read, so that a
slow reader of one call never stalls another. Only above a limit on everything that is unread is it
withheld, until readers have caught up (PROTOCOL.md, "Credit").
"""

from __future__ import annotations

from icds_client.credit import ReceiveWindow, message_cost


class Inflow:
    """Counts; each method returns the credit to give to the server now, mostly 0."""

    def __init__(self, initial_bytes: int, buffered_bytes_max: int) -> None:
        self._window = ReceiveWindow(initial_bytes)
        self._buffered_bytes_max = buffered_bytes_max
        self._buffered_bytes = 0
        self._withheld_bytes = 0

    def arrived(self, payload: bytes) -> int:
        """A message for a call that is open."""
        cost = message_cost(payload)
        self._window.arrived(cost)
        self._buffered_bytes += cost
        self._withheld_bytes += cost
        return self._release()

    def ignored(self, payload: bytes) -> int:
        """A message that nobody will read: its call has ended here."""
        cost = message_cost(payload)
        self._window.arrived(cost)
        self._withheld_bytes += cost
        return self._release()

    def taken(self, payload: bytes) -> int:
        """A reader took a message."""
        return self.dropped(message_cost(payload))

    def dropped(self, cost: int) -> int:
        """Messages that had arrived are no longer held."""
        self._buffered_bytes -= cost
        return self._release()

    def _release(self) -> int:
        if self._buffered_bytes > self._buffered_bytes_max or not self._withheld_bytes:
            return 0
        cost, self._withheld_bytes = self._withheld_bytes, 0
        return self._window.release(cost)
