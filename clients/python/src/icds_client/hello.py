"""The first frames of a connection (PROTOCOL.md, "Hello" and "Versions")."""

from __future__ import annotations

import contextlib
import ssl
import time

from icds_client.errors import Code, ProtocolViolation, RPCError
from icds_client.framing import FrameReader, encode_frame
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.options import ConnectionOptions
from icds_client.tls import Target, connect_timeout, tls_error

VERSION = 1

RECEIVE_BYTES = 65_536


def exchange_hello(
    secure: ssl.SSLSocket, reader: FrameReader, target: Target, options: ConnectionOptions,
    deadline: float,
) -> tuple[wire.Hello, list[wire.Frame]]:
    """Says Hello and waits for the server's, which is the proof of admission. Returns it with the
    frames that came behind it. A GoAway in its place is raised as the error it carries."""
    hello = wire.Hello(versions=[VERSION], implementation=options.implementation)
    try:
        secure.settimeout(max(0.001, deadline - time.monotonic()))
        with contextlib.suppress(BrokenPipeError, ConnectionError, ssl.SSLEOFError):
            # A server that has closed by now has said why, in an alert or a GoAway: read that.
            secure.sendall(encode_frame(wire.Frame(hello=hello)))
        frames: list[wire.Frame] = []
        while not frames:
            secure.settimeout(max(0.001, deadline - time.monotonic()))
            data = secure.recv(RECEIVE_BYTES)
            if not data:
                raise RPCError(
                    Code.UNAVAILABLE, "CONNECTION_LOST", "the server closed without a Hello")
            reader.feed(data)
            frames = list(reader.frames())
    except TimeoutError as error:
        raise connect_timeout(target) from error
    except ProtocolViolation as error:
        raise _not_icds(str(error)) from error
    except OSError as error:
        raise tls_error(error) from error
    return _judge(frames[0]), frames[1:]


def _judge(frame: wire.Frame) -> wire.Hello:
    kind = frame.WhichOneof("kind")
    if kind == "go_away":
        raise go_away_error(frame.go_away)
    if kind != "hello":
        raise _not_icds(f"a {kind} before the Hello")
    if list(frame.hello.versions) != [VERSION]:
        raise _not_icds(f"it chose version {list(frame.hello.versions)}")
    return frame.hello


def go_away_error(go_away: wire.GoAway) -> RPCError:
    """The error that a GoAway carries; an orderly one counts as UNAVAILABLE."""
    code = Code.of(go_away.code)
    return RPCError(
        Code.UNAVAILABLE if code is Code.OK else code, go_away.reason, go_away.message)


def _not_icds(what: str) -> RPCError:
    return RPCError(Code.INTERNAL, "PROTOCOL_ERROR", f"the server breaks the protocol: {what}")
