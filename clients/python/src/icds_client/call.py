"""One open call in bytes: what the typed streams are made of."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from icds_client.call_state import CallState
from icds_client.credit import message_cost
from icds_client.errors import Code, RPCError
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.metadata import Metadata

if TYPE_CHECKING:
    from icds_client.connection import Connection


class ClientCall:
    """Sends and receives the payloads of one call; made by `Connection.open_call`.

    One thread may send while another receives; `cancel` may come from any. Its state is guarded by
    the connection's lock.
    """

    def __init__(
        self, connection: Connection, call_id: int, state: CallState, deadline: float | None
    ) -> None:
        self.call_id = call_id
        self.state = state
        self.deadline = deadline
        self.changed = threading.Condition(connection.lock)
        self._connection = connection

    def send(self, payload: bytes) -> bool:
        """Sends one message of a streaming call, when there is credit for it.

        Raises the call's error where it has failed. False: the server has ended the call well and
        reads no more; its answer is there.
        """
        connection = self._connection
        connection.check_message(payload)
        connection.transport.wait_for_room(self.deadline)
        with connection.lock:
            if self.state.is_half_closed and not self.state.has_ended:
                raise RuntimeError("send after finish")
            self._give_up_when_late()
            self._wait(lambda: self.state.send_window.is_open and connection.send_window.is_open)
            if self.state.has_ended:
                if self.state.error is not None:
                    raise self.state.error
                return False
            cost = message_cost(payload)
            self.state.send_window.spend(cost)
            connection.send_window.spend(cost)
            connection.post(wire.Frame(message=wire.Message(
                call_id=self.call_id, payload=payload, has_payload=True)))
            return True

    def finish(self) -> None:
        """Says that no further message follows. Does nothing the second time."""
        with self._connection.lock:
            if self.state.is_half_closed or self.state.has_ended:
                return
            self.state.is_half_closed = True
            self._connection.post(wire.Frame(message=wire.Message(
                call_id=self.call_id, end_of_stream=True)))

    def receive(self) -> bytes | None:
        """The next message of the answer; None when it has ended well. Raises the call's error,
        after the messages that came before it."""
        with self._connection.lock:
            try:
                self._wait(lambda: self.state.has_message)
            except BaseException:
                # A signal such as Ctrl-C ends the wait: the answer is no longer wanted.
                self._connection.give_up(self, cancelled())
                raise
            if self.state.has_message:
                payload, credit = self.state.take()
                self._connection.taken(self, payload, credit)
                return payload
            if self.state.error is not None:
                raise self.state.error
            return None

    def wait_metadata(self) -> Metadata:
        """Leading metadata of the answer, when its first frame has come."""
        with self._connection.lock:
            self._wait(lambda: self.state.has_answer)
            if not self.state.has_answer and self.state.error is not None:
                raise self.state.error
            return self.state.metadata

    def cancel(self) -> None:
        """Tells the server that the answer is no longer wanted; the call ends CANCELLED here and
        now. Does nothing to a call that has ended."""
        with self._connection.lock:
            self._connection.give_up(self, cancelled())

    def drop(self) -> None:
        """Cancels soon; for finalizers, which may run while any lock is held."""
        self._connection.drop(self.call_id)

    def _wait(self, ready: Callable[[], bool]) -> None:
        """Returns when `ready` or when the call has ended, be it by its deadline."""
        while not ready() and not self.state.has_ended:
            if not self._give_up_when_late():
                self.changed.wait(
                    None if self.deadline is None else self.deadline - time.monotonic())

    def _give_up_when_late(self) -> bool:
        """Ends the call where its time is over; whether that is so."""
        is_late = self.deadline is not None and time.monotonic() >= self.deadline
        if is_late:
            self._connection.give_up(self, deadline_exceeded())
        return is_late


def cancelled() -> RPCError:
    """This side no longer wants the answer."""
    return RPCError(Code.CANCELLED, "CANCELLED", "cancelled by this client")


def deadline_exceeded() -> RPCError:
    """Our own clock says that the time is over."""
    return RPCError(Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "the time is over")
