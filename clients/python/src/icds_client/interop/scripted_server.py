"""A TLS server that does what a test says, frame by frame, rightly or wrongly."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType

from icds_client.framing import encode_frame
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.tls import ALPN

#: What a script's server allows where the script says nothing else.
LIMITS = wire.ConnectionLimits(
    frame_bytes_max=4_259_840, message_bytes_max=4_194_304, open_calls_max=128,
    metadata_bytes_max=8192, call_credit_bytes=262_144, connection_credit_bytes=1_048_576,
    idle_milliseconds_max=900_000, ping_interval_milliseconds_min=10_000,
    metadata_entries_max=64, useful_milliseconds_min=30, timeout_milliseconds_max=600_000)

FIRST_GO_AWAY_ID = 0xFFFF_FFFF


class Peer:
    """The server's end of one connection, for one script."""

    def __init__(self, secure: ssl.SSLSocket) -> None:
        self._socket = secure
        self._stream = secure.makefile("rb")

    def send(self, frame: wire.Frame) -> None:
        """Sends one frame."""
        self._socket.sendall(encode_frame(frame))

    def send_bytes(self, data: bytes) -> None:
        """Sends anything."""
        self._socket.sendall(data)

    def receive(self) -> wire.Frame | None:
        """The next frame; None when the client has closed."""
        try:
            header = self._stream.read(4)
            if len(header) < 4:
                return None
            (length,) = struct.unpack(">I", header)
            return wire.Frame.FromString(self._stream.read(length))
        except (OSError, ValueError):
            return None

    def expect(self, kind: str) -> wire.Frame:
        """The next frame, which must be of that kind."""
        frame = self.receive()
        found = "nothing" if frame is None else frame.WhichOneof("kind")
        if frame is None or found != kind:
            raise AssertionError(f"expected {kind}, got {found}")
        return frame

    def hello(self, limits: wire.ConnectionLimits = LIMITS) -> None:
        """Reads the client's Hello and admits it."""
        self.expect("hello")
        self.send(wire.Frame(hello=wire.Hello(
            versions=[1], limits=limits, admitted_as="urn:icds:municipality:837:casework")))

    def call(self) -> wire.Call:
        """The next frame, which must be a Call."""
        return self.expect("call").call

    def message(self) -> wire.Message:
        """The next frame, which must be a Message."""
        return self.expect("message").message

    def answer(self, call_id: int, payload: bytes = b"") -> None:
        """Ends a call well."""
        self.send(wire.Frame(end=wire.End(call_id=call_id, payload=payload)))

    def refuse(self, call_id: int, code: int, reason: str, retry_milliseconds: int = 0) -> None:
        """Ends a call with a status."""
        status = wire.Status(code=code, reason=reason, message="as the script says")
        if retry_milliseconds:
            status.details.add().retry_info.delay_milliseconds = retry_milliseconds
        self.send(wire.Frame(end=wire.End(call_id=call_id, status=status)))

    def stream(self, call_id: int, payload: bytes) -> None:
        """Sends one message of an answer."""
        self.send(wire.Frame(message=wire.Message(
            call_id=call_id, payload=payload, has_payload=True)))

    def go_away(self, last_call_id: int, code: int = 0, reason: str = "DRAINING") -> None:
        """Asks for no new calls."""
        self.send(wire.Frame(go_away=wire.GoAway(
            last_call_id=last_call_id, code=code, reason=reason, message="as the script says")))

    def until_closed(self) -> list[wire.Frame]:
        """Everything that the client still sends."""
        return list(iter(self.receive, None))

    def close(self) -> None:
        """Ends the connection with close_notify."""
        with contextlib.suppress(OSError, ValueError):
            self._socket.settimeout(0.2)
            self._socket.unwrap()
        self.cut()

    def cut(self) -> None:
        """Ends the connection without a word."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._stream.close()
        self._socket.close()


Script = Callable[[Peer], None]


class ScriptedServer:
    """Gives each connection the next script; the last one serves all that follow.

    Used with `with`: at the end, the error of the first script that failed is raised.
    """

    def __init__(
        self, certificate_file: str, key_file: str, authority_file: str, *scripts: Script
    ) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._context.load_cert_chain(certificate_file, key_file)
        self._context.load_verify_locations(authority_file)
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._context.set_alpn_protocols([ALPN])
        self._scripts = list(scripts)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._peers: list[Peer] = []
        self._errors: list[BaseException] = []
        self._lock = threading.Lock()
        self.accepted = 0
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def address(self) -> str:
        """Where it listens, as "host:port"."""
        return f"localhost:{self._listener.getsockname()[1]}"

    def __enter__(self) -> ScriptedServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(5)
        for thread in self._threads:
            thread.join(5 if kind is None else 0.2)
        for peer in self._peers:
            peer.cut()
        if kind is None and self._errors:
            raise self._errors[0]

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
            self.accepted += 1
            thread = threading.Thread(target=self._serve, args=(plain, script), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket, script: Script) -> None:
        plain.settimeout(10)
        try:
            peer = Peer(self._context.wrap_socket(plain, server_side=True))
        except OSError:
            plain.close()
            return
        with self._lock:
            self._peers.append(peer)
        try:
            script(peer)
            peer.close()
        except BaseException as error:  # Told to the test at its end.
            self._errors.append(error)
            peer.cut()
