"""The project's own servers as child processes: the interoperability server and the daemon.

`ICDS_BIN` is the folder of the built programs; without it the tests that need them are skipped.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator

from tests.support import certificates

BIN = pathlib.Path(os.environ.get("ICDS_BIN", "/nonexistent"))
READY_SECONDS = 120
STOP_SECONDS = 60

#: Programs of this project take settings from the environment: none of a developer's reach a test.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("ICDS_")}


def is_built(program: str) -> bool:
    """Whether a program is there."""
    return (BIN / program).exists()


@contextlib.contextmanager
def interop_server() -> Iterator[str]:
    """A server with TestService, written in Swift; gives its "host:port"."""
    folder = certificates()
    process = subprocess.Popen(
        [BIN / "icds-interop", "serve", "--cert", folder / "server.pem", "--key",
         folder / "server.key", "--ca", folder / "ca.pem"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith("listening on "):
            raise AssertionError(f"the interoperability server said {line!r}")
        yield f"localhost:{line.strip().rpartition(':')[2]}"
    finally:
        process.communicate("", timeout=STOP_SECONDS)


@contextlib.contextmanager
def daemon() -> Iterator[dict[str, str]]:
    """The daemon with a database of its own, the national register, Tampere (837) and Pirkanmaa
    (08); gives the environment that the examples and `icds` read, as the operator."""
    state = pathlib.Path(tempfile.mkdtemp(prefix="icds-client-daemon-"))
    shutil.copytree(certificates(), state / "certs")
    operator = state / "certs" / "operator-keha-admin"
    with (state / "log").open("w") as log:
        process = subprocess.Popen(
            [BIN / "icds-rpcd", "serve", "--state-folder", state, "--listen-host", "127.0.0.1",
             "--listen-port", "0", "--log-format", "text", "--identity-codes-artificial",
             "accepted", "--operators-certificates", f"{operator}.pem"],
            stdout=log, stderr=log, env=ENVIRONMENT)
    try:
        environment = {
            **ENVIRONMENT, "ICDS_SERVER": _address(process, state),
            "ICDS_CERT": f"{operator}.pem", "ICDS_KEY": f"{operator}.key",
            "ICDS_CA": str(state / "certs" / "ca.pem"), "ICDS_USER": "example.tester",
        }
        _set_up(environment, state / "certs")
        yield environment
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            shutil.rmtree(state, ignore_errors=True)


def acting_as(environment: dict[str, str], name: str) -> dict[str, str]:
    """The environment with another organisation's certificate."""
    folder = pathlib.Path(environment["ICDS_CA"]).parent
    return {**environment, "ICDS_CERT": str(folder / f"{name}.pem"),
            "ICDS_KEY": str(folder / f"{name}.key")}


def _address(process: subprocess.Popen[bytes], state: pathlib.Path) -> str:
    """Where the daemon listens; it writes the file once it serves."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            if text := (state / "address").read_text().strip():
                return f"localhost:{text.rpartition(':')[2]}"
        time.sleep(0.05)
    raise AssertionError(f"the daemon is not ready: {(state / 'log').read_text()[-2000:]}")


def _set_up(environment: dict[str, str], folder: pathlib.Path) -> None:
    """What an operator does before a municipality and its county can work."""
    for words in (
        ["register", "load"], ["organisations", "provision", "837", "--activate"],
        ["organisations", "activate", "county:08"],
        ["systems", "register", str(folder / "municipality-837-casework.pem")],
        ["systems", "register", str(folder / "county-08-casework.pem")],
    ):
        done = subprocess.run(
            [BIN / "icds", *words], env=environment, capture_output=True, text=True,
            cwd=pathlib.Path(__file__).resolve().parents[3])
        if done.returncode != 0:
            raise AssertionError(f"icds {' '.join(words)}: {done.stderr}")
