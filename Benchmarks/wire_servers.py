"""The servers that Benchmarks/run-wire compares, and the load for each of them."""

import mmap
import os
import pathlib
import re
import socket
import struct
import subprocess
import tempfile
import time

from measuring import Program, cpu_seconds

SERVER_CORE = 0
LOAD_CORE = 1
# All sides use the suite that the daemon prefers.
SUITE = "TLS_AES_256_GCM_SHA384"
PAYLOAD_BYTES = 180
WARMUP_SECONDS = 1
ECHO_METHOD = "icds.testing.v1.EchoService/Echo"
TEXT = b"a text of some length"
STREAM_PAYLOAD_BYTES = 1024
STREAM_MESSAGES = 1_000
# gRPC puts five bytes before each message.
GRPC_PREFIX_BYTES = 5


def bytes_field(number, value):
    """One length-delimited field of a protobuf message."""
    return bytes([number << 3 | 2]) + varint(len(value)) + value


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


ECHO = bytes_field(1, TEXT) + bytes_field(2, b"\7" * PAYLOAD_BYTES)
STREAM = b"\x08" + varint(STREAM_MESSAGES) + b"\x10" + varint(STREAM_PAYLOAD_BYTES)
STREAMED_BYTES = GRPC_PREFIX_BYTES + len(bytes_field(1, b"\7" * STREAM_PAYLOAD_BYTES))


class AllocationCount:
    """What Benchmarks/count-allocations.c writes into a file while a server runs."""

    def __init__(self, library):
        self.library = library
        self.file = tempfile.NamedTemporaryFile(prefix="icds-allocations-")
        self.file.truncate(8)
        self.map = mmap.mmap(self.file.fileno(), 8, prot=mmap.PROT_READ)

    def environment(self):
        return {"LD_PRELOAD": str(self.library), "ICDS_ALLOCATION_COUNT": self.file.name}

    def value(self):
        return struct.unpack("=Q", self.map)[0]


class Server(Program):
    """A server on its core. With `allocations`, counts what it allocates."""

    def __init__(self, command, counts=None):
        environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
        self.counts = counts
        words = [str(word) for word in command]
        if counts:
            words = ["env", *(f"{k}={v}" for k, v in counts.environment().items()), *words]
        super().__init__(words, core=SERVER_CORE, environment=environment)
        self.port = self.line()["port"]

    def reading(self):
        """Processor seconds, allocations and the time now."""
        count = self.counts.value() if self.counts else 0
        return self.cpu_seconds(), count, time.monotonic()

    def rss_kilobytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)[1])


class TLSServer:
    """`openssl s_server` with the daemon's certificates, suite and demands: a full mutual handshake, no tickets."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # It ends when its standard input does, which is therefore kept open.
        self.process = subprocess.Popen(
            ["taskset", "-c", str(SERVER_CORE), "openssl", "s_server", "-quiet",
             "-accept", f"127.0.0.1:{self.port}", "-tls1_3", "-ciphersuites", SUITE,
             "-groups", "X25519", "-num_tickets", "0", "-alpn", "icds-rpc/1",
             "-cert", f"{folder}/server.pem", "-key", f"{folder}/server.key",
             "-CAfile", f"{folder}/ca.pem", "-Verify", "4", "-verify_return_error"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_until_it_listens()

    def wait_until_it_listens(self):
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit("openssl s_server does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()

    def reading(self):
        return cpu_seconds(self.process.pid), 0, time.monotonic()


class Spending:
    """What a server spends on a load, from now until the result is asked for.

    Processor time and allocations are divided by all calls that the load has made, those of its
    warm-up included, so that a machine that is also busy otherwise does not distort them."""

    def __init__(self, server):
        self.server = server
        self.before = server.reading()

    def result(self, calls, rate, **more):
        after = self.server.reading()
        used, allocations, took = (late - soon for late, soon in zip(after, self.before))
        return {"rate": rate, "cpu": used / calls * 1e6, "busy": used / took,
                "allocations": allocations / calls, **more}


def icds_load(options, folder, server, command):
    """The project's own client; gives rate, processor time a call, and p99 where it says it."""
    command = [f"{options.programs}/icds-bench", *command, "--port", str(server.port),
               "--seconds", str(options.seconds)]
    with Program(command + identity(folder, "municipality-837-casework"), LOAD_CORE) as load:
        return measured(server, load)


def measured(server, load):
    load.line()
    spending = Spending(server)
    answer = load.line()
    return spending.result(
        answer["calls_in_all"], answer["per_second"], p99=answer.get("p99_us"))


def echo_load(options, folder, server, in_flight):
    """frame-load, which is to our frames what h2load is to HTTP/2."""
    identity_files = identity(folder, "municipality-837-casework")[1::2]
    with tempfile.NamedTemporaryFile() as request:
        request.write(ECHO)
        request.flush()
        command = [f"{options.peers}/frame-load", server.port, *identity_files, ECHO_METHOD,
                   request.name, len(ECHO), options.connections, in_flight, WARMUP_SECONDS,
                   options.seconds]
        with Program(command, LOAD_CORE) as load:
            return measured(server, load)


def stream_load(options, folder, server, in_flight):
    return icds_load(options, folder, server, [
        "stream-load", "--connections", str(options.connections), "--in-flight", str(in_flight),
        "--messages", str(STREAM_MESSAGES), "--payload", str(STREAM_PAYLOAD_BYTES)])


def handshake_load(options, folder, server, lanes):
    return icds_load(options, folder, server, ["handshake-load", "--lanes", str(lanes)])


def grpc_load(options, server, method, message, in_flight, warmup=WARMUP_SECONDS):
    """h2load, which costs less than any gRPC client; gives rate and processor time a call."""
    with tempfile.NamedTemporaryFile() as body:
        body.write(b"\0" + struct.pack(">I", len(message)) + message)
        body.flush()
        spending = Spending(server)
        load = subprocess.Popen(
            ["taskset", "-c", str(LOAD_CORE), "h2load", "-t", "1",
             "-c", str(options.connections), "-m", str(in_flight),
             "-D", f"{round(options.seconds * 1000)}ms", "--warm-up-time", f"{warmup}s",
             "-w", "30", "-W", "30", "--tls13-ciphers", SUITE, "-d", body.name,
             "-H", "content-type: application/grpc", "-H", "te: trailers",
             f"https://127.0.0.1:{server.port}/icds.bench.v1.Peer/{method}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        text, _ = load.communicate(timeout=60)
    requests = re.search(r"requests: (\d+) total.* (\d+) succeeded, (\d+) failed", text)
    data = re.search(r"\((\d+)\) data", text)
    if not requests or not data or int(requests[3]) > 0:
        raise SystemExit(f"h2load: {text[-2000:]}")
    message_bytes = GRPC_PREFIX_BYTES + len(ECHO)
    measured = int(requests[2])
    if method == "Stream":
        message_bytes = STREAMED_BYTES
        measured *= STREAM_MESSAGES
    # The warm-up's data are counted, too. A peer that answers with an error sends none.
    in_all = int(data[1]) / message_bytes
    if not 0 < measured <= in_all:
        raise SystemExit(f"the peer's answers are not as long as expected: {text[-2000:]}")
    return spending.result(in_all, measured / options.seconds)


def identity(folder, name):
    return ["--certificate", f"{folder}/{name}.pem", "--key", f"{folder}/{name}.key",
            "--authority", f"{folder}/ca.pem"]


class Peers:
    """How each of the compared servers is started."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder

    def icds(self, counts=None):
        return Server(
            [f"{self.options.programs}/icds-bench", "echo-server"]
            + identity(self.folder, "server"), counts)

    def grpc(self, name, counts=None):
        return Server(
            [f"{self.options.peers}/{name}", f"{self.folder}/server.pem",
             f"{self.folder}/server.key"], counts)
