"""One connection: any number of calls over one socket (PROTOCOL.md, "Calls" and "Leaving")."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from icds_client.call import ClientCall, cancelled, deadline_exceeded
from icds_client.call_state import CallState
from icds_client.credit import SendWindow
from icds_client.errors import Code, ProtocolViolation, RPCError
from icds_client.framing import FrameReader, encode_frame
from icds_client.hello import exchange_hello, go_away_error
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.inflow import Inflow
from icds_client.keepalive import Keepalive
from icds_client.metadata import Metadata, metadata_bytes, metadata_problem, to_wire
from icds_client.method import CallKind
from icds_client.options import ConnectionOptions
from icds_client.tls import Target, open_socket
from icds_client.transport import Transport

CALL_ID_MAX = 0xFFFF_FFFE
TIMEOUT_MILLISECONDS_MAX = 0xFFFF_FFFF


class NoPlace(Exception):
    """As many calls are open as the server allows."""


class Connection:
    """Opens calls and hands frames to them. `lock` guards everything that is not said otherwise.

    `limits` are those of the server's Hello, `admitted_as` the URI under which it let us in.
    """

    def __init__(
        self, target: Target, options: ConnectionOptions, deadline: float | None = None,
        ended: Callable[[Connection], None] | None = None,
    ) -> None:
        """Connects and waits to be admitted, until `deadline` or the connect timeout. `ended` is
        called once, from the connection's thread, when it is over."""
        latest = time.monotonic() + options.connect_timeout_seconds
        latest = latest if deadline is None else min(latest, deadline)
        reader = FrameReader(options.frame_bytes_max)
        secure = open_socket(target, latest)
        try:
            hello, frames = exchange_hello(secure, reader, target, options, latest)
        except BaseException:
            secure.close()
            raise
        self.limits = hello.limits
        self.admitted_as = hello.admitted_as
        self.lock = threading.Lock()
        self.send_window = SendWindow(hello.limits.connection_credit_bytes)
        self._options = options
        self._ended = ended
        self._place_free = threading.Condition(self.lock)
        self._calls: dict[int, ClientCall] = {}
        self._given_up: set[int] = set()
        self._last_call_id = 0
        self._dropped: deque[int] = deque()
        self._inflow = Inflow(hello.limits.connection_credit_bytes, options.buffered_bytes_max)
        self._keepalive = Keepalive(options, hello.limits, time.monotonic())
        self._going_away: RPCError | None = None
        self._has_final_go_away = False
        self._error: RPCError | None = None
        self.transport = Transport(secure, reader, self, options.unsent_bytes_max, frames)
        self.transport.start()

    # What callers use.

    def open_call(
        self, method: str, kind: CallKind, payload: bytes | None, metadata: Metadata = (),
        deadline: float | None = None, may_wait: bool = True,
    ) -> ClientCall:
        """Starts a call when there is a place for it; without one, waits or raises `NoPlace`.
        `payload` is the request of a method that takes one message, None where it takes many."""
        self._check_request(payload, metadata)
        self.transport.wait_for_room(deadline)
        with self.lock:
            self._wait_for_place(deadline, may_wait)
            timeout_milliseconds = _milliseconds_until(deadline)
            self._check_timeout(timeout_milliseconds)
            self._last_call_id += 1
            if not self._calls:
                self._keepalive.resumed(time.monotonic())
            call = ClientCall(self, self._last_call_id, CallState(kind, self.limits), deadline)
            frame = wire.Call(
                call_id=call.call_id, method=method, metadata=to_wire(metadata),
                timeout_milliseconds=timeout_milliseconds, payload=payload or b"",
                end_of_stream=payload is not None)
            self._calls[call.call_id] = call
            self.post(wire.Frame(call=frame))
            return call

    def close(self, join_seconds: float = 5.0) -> None:
        """Cancels open calls, says close_notify and waits for the socket to be closed."""
        with self.lock:
            for call in list(self._calls.values()):
                self.give_up(call, RPCError(
                    Code.UNAVAILABLE, "CONNECTION_CLOSED", "this client closed the connection"))
            if self._going_away is None:
                self._going_away = RPCError(
                    Code.UNAVAILABLE, "CONNECTION_CLOSED", "this client closed the connection")
        self.transport.close()
        self.transport.join(join_seconds)

    @property
    def open_calls(self) -> int:
        """How many calls are open."""
        with self.lock:
            return len(self._calls)

    @property
    def is_usable(self) -> bool:
        """Whether a new call may be made here."""
        with self.lock:
            return self._refusal() is None

    @property
    def has_place(self) -> bool:
        """Whether a new call would have to wait for another one to end."""
        with self.lock:
            return self._has_place()

    # What calls use; the lock is held.

    def check_message(self, payload: bytes) -> None:
        """Raises where the server would refuse a message of that size."""
        maximum = self.limits.message_bytes_max
        if maximum and len(payload) > maximum:
            raise RPCError(
                Code.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE",
                f"a message of {len(payload)} bytes; the server takes {maximum}")

    def post(self, frame: wire.Frame) -> None:
        """Queues a frame; in vain where the connection is over, which its calls are told."""
        self.transport.post(encode_frame(frame))

    def taken(self, call: ClientCall, payload: bytes, credit: int) -> None:
        """A reader took a message: the server gets credit for it."""
        if credit:
            self.post(wire.Frame(credit=wire.Credit(call_id=call.call_id, bytes=credit)))
        if call.state.is_answer_stream:
            self._give(self._inflow.taken(payload))

    def give_up(self, call: ClientCall, error: RPCError) -> None:
        """Ends a call from this side and tells the server, unless it has ended."""
        if call.state.has_ended:
            return
        self._give(self._inflow.dropped(call.state.buffered_bytes))
        call.state.fail(error)
        if self._calls.pop(call.call_id, None) is not None:
            self._given_up.add(call.call_id)  # Open for the server, until its End is there.
            self.post(wire.Frame(cancel=wire.Cancel(call_id=call.call_id)))
        self._call_ended(call)

    def drop(self, call_id: int) -> None:
        """Lets our thread cancel a call; takes no lock."""
        self._dropped.append(call_id)
        self.transport.wake()

    # What the transport's thread uses.

    def received(self, frame: wire.Frame) -> None:
        """Hands a frame to whom it is for."""
        with self.lock:
            self._keepalive.received(time.monotonic())
            kind = frame.WhichOneof("kind")
            if kind == "end":
                self._received_end(frame.end)
            elif kind == "message":
                self._received_message(frame.message)
            elif kind == "credit":
                self._received_credit(frame.credit)
            elif kind == "ping":
                if self.transport.is_flooded:
                    raise ProtocolViolation("Pings without reading the Pongs")
                self.post(wire.Frame(pong=wire.Pong(opaque=frame.ping.opaque)))
            elif kind == "pong":
                self._keepalive.answered(frame.pong.opaque)
            elif kind == "go_away":
                self._received_go_away(frame.go_away)
            else:
                raise ProtocolViolation(f"a {kind} from the server")

    def tick(self, now: float) -> float | None:
        """Cancels dropped calls and pings a silent server."""
        with self.lock:
            while self._dropped:
                call = self._calls.get(self._dropped.popleft())
                if call is not None:
                    self.give_up(call, cancelled())
            opaque = self._keepalive.ping_due(now, has_calls=bool(self._calls))
            if opaque is not None:
                self.post(wire.Frame(ping=wire.Ping(opaque=opaque)))
            return self._keepalive.next_time(has_calls=bool(self._calls))

    def ended(self, error: RPCError) -> None:
        """The socket is closed: what was open has failed."""
        with self.lock:
            self._error = error
            for call in list(self._calls.values()):
                del self._calls[call.call_id]
                call.state.fail(error)
                self._call_ended(call)
            self._place_free.notify_all()
        if self._ended is not None:
            self._ended(self)

    # Steps; the lock is held.

    def _received_end(self, end: wire.End) -> None:
        call = self._calls.get(end.call_id)
        if call is None:
            self._check_given_up(end.call_id)
            self._given_up.discard(end.call_id)
            self._place_free.notify()
            return
        call.state.received_end(end)
        del self._calls[end.call_id]
        if call.deadline is not None and time.monotonic() >= call.deadline:
            call.state.read_as_deadline_exceeded()
        self._call_ended(call)

    def _received_message(self, message: wire.Message) -> None:
        call = self._calls.get(message.call_id)
        if call is None:
            self._check_given_up(message.call_id)
            if message.has_payload:
                self._give(self._inflow.ignored(message.payload))
            return
        if len(message.payload) > self._options.message_bytes_max:
            self._give(self._inflow.ignored(message.payload))
            self.give_up(call, RPCError(
                Code.RESOURCE_EXHAUSTED, "RESPONSE_TOO_LARGE",
                f"a message of {len(message.payload)} bytes"))
            return
        call.state.received_message(message)
        if message.has_payload:
            self._give(self._inflow.arrived(message.payload))
        call.changed.notify_all()

    def _received_credit(self, credit: wire.Credit) -> None:
        if credit.call_id == 0:
            self.send_window.add(credit.bytes)
            for call in self._calls.values():
                call.changed.notify_all()
            return
        sender = self._calls.get(credit.call_id)
        if sender is not None:
            sender.state.send_window.add(credit.bytes)
            sender.changed.notify_all()
        elif not 0 < credit.call_id <= self._last_call_id:
            raise ProtocolViolation("a Credit for a call that was never opened")

    def _received_go_away(self, go_away: wire.GoAway) -> None:
        """Calls above `last_call_id` were never started; others may still be answered."""
        self._going_away = go_away_error(go_away)
        self._place_free.notify_all()
        for call in [c for i, c in self._calls.items() if i > go_away.last_call_id]:
            del self._calls[call.call_id]
            call.state.fail(self._not_processed())
            self._call_ended(call)
        self._has_final_go_away = go_away.last_call_id <= self._last_call_id
        if go_away.code != 0:
            raise self._going_away
        self._close_when_drained()

    def _call_ended(self, call: ClientCall) -> None:
        call.changed.notify_all()
        self._place_free.notify()
        self._close_when_drained()

    def _close_when_drained(self) -> None:
        if self._has_final_go_away and not self._calls:
            self.transport.close()

    def _check_given_up(self, call_id: int) -> None:
        """What crosses our Cancel is ignored; a server sends nothing behind its End."""
        if call_id not in self._given_up:
            raise ProtocolViolation("an answer to a call that is not open")

    def _give(self, credit: int) -> None:
        if credit:
            self.post(wire.Frame(credit=wire.Credit(call_id=0, bytes=credit)))

    def _has_place(self) -> bool:
        maximum = self.limits.open_calls_max
        return not maximum or len(self._calls) + len(self._given_up) < maximum

    def _wait_for_place(self, deadline: float | None, may_wait: bool) -> None:
        while True:
            refusal = self._refusal()
            if refusal is not None:
                raise refusal
            remaining = None if deadline is None else deadline - time.monotonic()
            if remaining is not None and remaining <= 0:
                raise deadline_exceeded()
            if self._has_place():
                return
            if not may_wait:
                raise NoPlace
            self._place_free.wait(remaining)

    def _refusal(self) -> RPCError | None:
        if self._error is None and self._going_away is None and self._last_call_id < CALL_ID_MAX:
            return None
        return self._not_processed()

    def _not_processed(self) -> RPCError:
        cause = self._going_away or self._error
        return RPCError(
            Code.UNAVAILABLE, "NOT_PROCESSED",
            f"the call was never started: {cause or 'the connection has no call ids left'}")

    def _check_request(self, payload: bytes | None, metadata: Metadata) -> None:
        self.check_message(payload or b"")
        problem = metadata_problem(metadata)
        if problem is not None:
            raise RPCError(Code.INTERNAL, "BAD_METADATA", problem)
        maximum = self.limits.metadata_bytes_max
        if maximum and metadata_bytes(metadata) > maximum:
            raise RPCError(
                Code.RESOURCE_EXHAUSTED, "METADATA_TOO_LARGE",
                f"{metadata_bytes(metadata)} bytes of metadata; the server takes {maximum}")
        maximum = self.limits.metadata_entries_max
        if maximum and len(metadata) > maximum:
            raise RPCError(
                Code.RESOURCE_EXHAUSTED, "METADATA_TOO_LARGE",
                f"{len(metadata)} entries of metadata; the server takes {maximum}")

    def _check_timeout(self, milliseconds: int) -> None:
        """Raises where too little time is left for the server to start the call."""
        if 0 < milliseconds < self.limits.useful_milliseconds_min:
            raise RPCError(
                Code.DEADLINE_EXCEEDED, "DEADLINE_TOO_SHORT",
                f"{milliseconds} ms are left; a call needs {self.limits.useful_milliseconds_min}")


def _milliseconds_until(deadline: float | None) -> int:
    """What is left, as the wire has it: at least 1, since 0 means no limit."""
    if deadline is None:
        return 0
    left = int((deadline - time.monotonic()) * 1000)
    return min(max(1, left), TIMEOUT_MILLISECONDS_MAX)
