"""What the tests share: certificates, credentials and a short way to a scripted server."""

from __future__ import annotations

import atexit
import functools
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest
from collections.abc import Callable

from icds_client import (
    Backoff, CallKind, Channel, ChannelOptions, Connection, ConnectionOptions, Credentials, Method,
    RetryPolicy, Target)
from icds_client.icds.testing.v1 import interop_pb2 as test
from icds_client.interop.scripted_server import Script, ScriptedServer

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]

#: Made before the tests run, so that no test waits for them.
NAMES = ("server", "municipality:837:casework", "county:08:casework", "operator:keha:admin")

UNARY = Method(
    "test.Service/Unary", CallKind.UNARY, test.UnaryCallRequest, test.UnaryCallResponse)
IDEMPOTENT = Method(
    "test.Service/Idempotent", CallKind.UNARY, test.UnaryCallRequest, test.UnaryCallResponse,
    is_idempotent=True)
SERVER_STREAM = Method(
    "test.Service/Output", CallKind.SERVER_STREAM,
    test.StreamingOutputCallRequest, test.StreamingOutputCallResponse)
CLIENT_STREAM = Method(
    "test.Service/Input", CallKind.CLIENT_STREAM,
    test.StreamingInputCallRequest, test.StreamingInputCallResponse)
BIDIRECTIONAL = Method(
    "test.Service/Duplex", CallKind.BIDIRECTIONAL,
    test.FullDuplexCallRequest, test.FullDuplexCallResponse)

#: Pauses that a test does not notice.
QUICK = ChannelOptions(
    backoff=Backoff(initial_seconds=0.001, maximum_seconds=0.002),
    retry=RetryPolicy(backoff=Backoff(initial_seconds=0.001, maximum_seconds=0.002)))


@functools.cache
def certificates() -> pathlib.Path:
    """A folder with an authority and certificates, made once a run."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="icds-client-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(
        [REPOSITORY / "certs" / "make-development-certificates", "--output", folder, *NAMES],
        check=True, capture_output=True)
    return folder


def credentials(name: str = "municipality-837-casework") -> Credentials:
    """The credentials of an organisation's system."""
    return credentials_in(certificates(), name)


def credentials_in(folder: pathlib.Path, name: str) -> Credentials:
    """The same, of another folder."""
    return Credentials(
        str(folder / f"{name}.pem"), str(folder / f"{name}.key"), str(folder / "ca.pem"))


def serve(*scripts: Script) -> ScriptedServer:
    """A server that follows the scripts, one a connection."""
    folder = certificates()
    return ScriptedServer(
        str(folder / "server.pem"), str(folder / "server.key"), str(folder / "ca.pem"), *scripts)


def connect(server: ScriptedServer, options: ConnectionOptions | None = None) -> Connection:
    """One connection to it."""
    return Connection(
        Target.parse(server.address, credentials()), options or ConnectionOptions())


def channel(server: ScriptedServer, options: ChannelOptions = QUICK) -> Channel:
    """A channel to it, with pauses that a test does not notice."""
    return Channel(server.address, credentials(), options=options)


def eventually(test_case: unittest.TestCase, condition: Callable[[], bool], what: str) -> None:
    """Waits for something that has no event, at most ten seconds."""
    end = time.monotonic() + 10
    while not condition():
        test_case.assertLess(time.monotonic(), end, what)
        time.sleep(0.005)
