"""The states of one call, as the client sees them (PROTOCOL.md, "States of a call").

A value without threads or sockets: the connection feeds it frames, the caller takes what came.
"""

from __future__ import annotations

from collections import deque

from icds_client.credit import ReceiveWindow, SendWindow, message_cost
from icds_client.errors import Code, ProtocolViolation, RPCError
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.metadata import Metadata, from_wire
from icds_client.method import CallKind


class CallState:
    """What has been sent and received of one call."""

    def __init__(self, kind: CallKind, limits: wire.ConnectionLimits) -> None:
        self._kind = kind
        self._messages: deque[bytes] = deque()
        self.send_window = SendWindow(limits.call_credit_bytes)
        self.receive_window = ReceiveWindow(limits.call_credit_bytes)
        self.is_half_closed = not kind.client_streams
        self.has_answer = False
        self.has_streamed = False
        self.has_ended = False
        self.error: RPCError | None = None
        self.metadata: Metadata = ()
        self.trailing_metadata: Metadata = ()

    @property
    def buffered_bytes(self) -> int:
        """What the messages of the stream that nobody has taken yet cost."""
        if not self._kind.server_streams:
            return 0
        return sum(message_cost(payload) for payload in self._messages)

    def received_message(self, message: wire.Message) -> int:
        """A Message of the answer; returns what it cost."""
        if not self._kind.server_streams:
            raise ProtocolViolation("a Message for a call whose answer is one End")
        if message.end_of_stream:
            raise ProtocolViolation("a Message of the server with end_of_stream")
        if message.metadata:
            if self.has_answer:
                raise ProtocolViolation("leading metadata behind the first Message")
            self.metadata = from_wire(message.metadata)
        elif not message.has_payload:
            raise ProtocolViolation("a Message with neither payload nor metadata")
        self.has_answer = True
        self.has_streamed = True
        if not message.has_payload:
            return 0
        cost = message_cost(message.payload)
        self.receive_window.arrived(cost)
        self._messages.append(message.payload)
        return cost

    def received_end(self, end: wire.End) -> None:
        """The End of the call. Messages that came before it can still be taken."""
        if self._kind.server_streams and end.payload:
            raise ProtocolViolation("an End with an answer for a stream of answers")
        if not self.has_answer:
            self.metadata = from_wire(end.metadata)
        self.trailing_metadata = from_wire(end.trailing_metadata)
        if end.status.code != 0:
            self.error = RPCError.from_status(end.status, self.metadata, self.trailing_metadata)
        elif not self._kind.server_streams:
            self._messages.append(end.payload)
        self.has_answer = True
        self.has_ended = True

    def fail(self, error: RPCError) -> None:
        """Ends the call without a word of the server; what it sent before is dropped."""
        if not self.has_ended:
            self.has_ended = True
            self.error = error
            self._messages.clear()

    def read_as_deadline_exceeded(self) -> None:
        """The End came when our own time was over: CANCELLED then means DEADLINE_EXCEEDED."""
        if self.error is not None and self.error.code is Code.CANCELLED:
            self.error = RPCError(Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "the time is over")

    @property
    def is_answer_stream(self) -> bool:
        """Whether the answer is any number of messages, which spend credit."""
        return self._kind.server_streams

    @property
    def has_message(self) -> bool:
        """Whether `take` has something."""
        return bool(self._messages)

    def take(self) -> tuple[bytes, int]:
        """The next message, and the credit to give back to the server for its call."""
        payload = self._messages.popleft()
        if self.has_ended or not self._kind.server_streams:
            return payload, 0
        return payload, self.receive_window.release(message_cost(payload))
