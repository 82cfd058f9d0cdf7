"""One thread that owns a TLS socket: it reads frames, writes bytes and keeps the clock.

An OpenSSL connection must not be used by two threads at once, so all other threads only put bytes
into a queue and wake this one. Reading never waits for writing: a peer that stops reading cannot
keep us from reading what makes it go on.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from icds_client.errors import Code, ProtocolViolation, RPCError
from icds_client.framing import FrameReader
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.tls import tls_error

RECEIVE_BYTES = 65_536
READS_PER_TURN = 16
CLOSE_SECONDS_MAX = 5.0
FLOOD_FACTOR = 8


class Delegate(Protocol):
    """Whom the transport tells; all calls come from its thread."""

    def received(self, frame: wire.Frame) -> None:
        """A frame came."""

    def tick(self, now: float) -> float | None:
        """Time passed; returns when to be asked again (`time.monotonic`), or None."""

    def ended(self, error: RPCError) -> None:
        """The connection is over; said once."""


class Transport:
    """Moves frames over one TLS socket until it is closed."""

    def __init__(
        self, secure: ssl.SSLSocket, reader: FrameReader, delegate: Delegate,
        unsent_bytes_max: int, first_frames: Sequence[wire.Frame] = (),
    ) -> None:
        """`first_frames` came with those that opened the connection; they are told first."""
        secure.setblocking(False)
        self._socket = secure
        self._reader = reader
        self._delegate = delegate
        self._unsent_bytes_max = unsent_bytes_max
        self._first_frames = first_frames
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        self._outbox: deque[memoryview] = deque()
        self._unsent_bytes = 0
        self._closing_at: float | None = None
        self._is_over = False
        self._wake_receiver, self._wake_sender = socket.socketpair()
        self._wake_receiver.setblocking(False)
        self._wake_sender.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="icds-connection", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def wait_for_room(self, deadline: float | None) -> None:
        """Lets a caller's thread wait while too much is unsent, until `deadline` or the end."""
        with self._room:
            while self._unsent_bytes >= self._unsent_bytes_max and not self._is_over:
                remaining = None if deadline is None else deadline - time.monotonic()
                if remaining is not None and remaining <= 0:
                    return
                self._room.wait(remaining)

    def post(self, data: bytes) -> bool:
        """Queues a frame behind those before it, without waiting. False: the connection is over."""
        with self._lock:
            if self._is_over or self._closing_at is not None:
                return False
            self._outbox.append(memoryview(data))
            self._unsent_bytes += len(data)
        self.wake()
        return True

    @property
    def is_flooded(self) -> bool:
        """Whether far more is unsent than callers may cause: answers that the peer does not read."""
        with self._lock:
            return self._unsent_bytes >= FLOOD_FACTOR * self._unsent_bytes_max

    def close(self) -> None:
        """Sends what is queued, then close_notify, and ends. Returns at once."""
        with self._lock:
            if self._closing_at is None:
                self._closing_at = time.monotonic() + CLOSE_SECONDS_MAX
        self.wake()

    def join(self, timeout_seconds: float) -> None:
        """Waits for the thread to end."""
        if self._thread.ident is not None and threading.current_thread() is not self._thread:
            self._thread.join(timeout_seconds)

    def wake(self) -> None:
        """Lets the thread look around; safe wherever code may run."""
        try:
            self._wake_sender.send(b"\0")
        except OSError:
            pass  # A full pipe wakes just as well; a closed one means that nobody sleeps.

    def _run(self) -> None:
        error = RPCError(Code.UNAVAILABLE, "CONNECTION_LOST", "the server closed the connection")
        try:
            for frame in self._first_frames:
                self._delegate.received(frame)
            with selectors.DefaultSelector() as selector:
                selector.register(self._wake_receiver, selectors.EVENT_READ)
                selector.register(self._socket, selectors.EVENT_READ)
                while self._turn(selector):
                    pass
        except ProtocolViolation as violation:
            error = RPCError(
                Code.INTERNAL, "PROTOCOL_ERROR", f"the server broke the protocol: {violation}")
        except RPCError as told:
            error = told
        except OSError as broken:
            error = tls_error(broken)
        finally:
            self._finish(error)

    def _turn(self, selector: selectors.BaseSelector) -> bool:
        """Waits for something to do and does it; False when the connection is over."""
        now = time.monotonic()
        next_tick = self._delegate.tick(now)
        with self._lock:
            has_unsent, closing_at = bool(self._outbox), self._closing_at
        if closing_at is not None and (not has_unsent or now >= closing_at):
            return False
        times = [moment for moment in (next_tick, closing_at) if moment is not None]
        timeout = max(0.0, min(times) - now) if times else None
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if has_unsent else 0)
        selector.modify(self._socket, events)
        for key, _ in selector.select(timeout):
            if key.fileobj is self._wake_receiver:
                self._drain_wake()
        self._write()
        return self._read()

    def _drain_wake(self) -> None:
        try:
            while self._wake_receiver.recv(4096):
                pass
        except BlockingIOError:
            pass

    def _read(self) -> bool:
        """Takes what is there; False at the end of the stream."""
        for _ in range(READS_PER_TURN):
            try:
                data = self._socket.recv(RECEIVE_BYTES)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
                return True
            except ssl.SSLEOFError:
                return False
            if not data:
                return False
            self._reader.feed(data)
            for frame in self._reader.frames():
                self._delegate.received(frame)
        self.wake()  # There may be more inside TLS that no selector sees.
        return True

    def _write(self) -> None:
        """Hands the queue to the socket as far as it takes it."""
        while True:
            with self._lock:
                if not self._outbox:
                    return
                data = self._outbox[0]
            try:
                sent = self._socket.send(data)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
                return
            except OSError:
                self._read()  # A server that has closed may have said why.
                raise
            with self._room:
                self._unsent_bytes -= sent
                if sent == len(data):
                    self._outbox.popleft()
                else:
                    self._outbox[0] = data[sent:]
                self._room.notify_all()

    def _finish(self, error: RPCError) -> None:
        with self._room:
            self._is_over = True
            self._outbox.clear()
            self._room.notify_all()
        try:
            self._socket.unwrap()  # Sends close_notify; the answer is not waited for.
        except (OSError, ValueError):
            pass
        self._socket.close()
        self._wake_receiver.close()
        self._wake_sender.close()
        self._delegate.ended(error)
