"""What Benchmarks/run-wire measures: each case gives its figures beside its peers'."""

import json
import os
import pathlib
import sys

from measuring import Measurement, Program
from wire_servers import (
    ECHO, LOAD_CORE, STREAM, AllocationCount, Peers, TLSServer, echo_load, grpc_load,
    handshake_load, identity, stream_load)

HERE = pathlib.Path(__file__).resolve().parent
# Names of the peers' programs, and how they are called in the table.
GRPC = {"grpc-cpp-peer": "gRPC C++", "grpc-swift-peer": "grpc-swift-2"}
# Bounds on the ratio of processor time, by peer and calls in flight.
UNARY_TARGETS = {("grpc-cpp-peer", 16): 0.2, ("grpc-swift-peer", 16): 0.04,
                 ("grpc-cpp-peer", 1): 0.5, ("grpc-swift-peer", 1): 0.1}
HANDSHAKE_TARGET = 0.9
IDLE_KILOBYTES_TARGET = 30
SLOW_READER_TARGET = 2


def progress(text):
    print(text, file=sys.stderr, flush=True)


def rounds(options, label, cases):
    """Runs each case once a round; gives the runs of each."""
    found = {name: [] for name in cases}
    for number in range(options.rounds):
        for name, run in cases.items():
            progress(f"{label}: {name}, round {number + 1} of {options.rounds}")
            found[name].append(run())
    return found


def compared(options, label, in_flight, folder, works):
    """One load on each of the three servers in turn."""
    peers = Peers(options, folder)

    def icds():
        with peers.icds() as server:
            return works["icds"](options, folder, server, in_flight)

    def grpc(name):
        def run():
            with peers.grpc(name) as server:
                return grpc_load(options, server, *works["grpc"], in_flight)
        return run

    return rounds(options, label, {"icds": icds} | {name: grpc(name) for name in GRPC})


def unary(options, folder):
    figures = []
    works = {"icds": echo_load, "grpc": ("Echo", ECHO)}
    for in_flight in (16, 1):
        label = f"{options.connections}x{in_flight}"
        runs = compared(options, f"unary {label}", in_flight, folder, works)
        for name, title in GRPC.items():
            figures.append(Measurement.of(
                f"unary server CPU {label}", "µs/call", runs["icds"], runs[name], "cpu", title,
                ratio_target=UNARY_TARGETS[name, in_flight]))
            figures.append(Measurement.of(
                f"unary calls {label}", "calls/s", runs["icds"], runs[name], "rate", title))
        figures.append(Measurement.of(
            f"unary p99 {label}", "µs", runs["icds"], [], "p99", ""))
    return figures


def stream(options, folder):
    works = {"icds": stream_load, "grpc": ("Stream", STREAM)}
    runs = compared(options, "server stream of 1 KB", 1, folder, works)
    figures = []
    for name, title in GRPC.items():
        figures.append(Measurement.of(
            "stream of 1 KB, server CPU", "µs/message", runs["icds"], runs[name], "cpu", title))
        figures.append(Measurement.of(
            "stream of 1 KB, messages", "messages/s", runs["icds"], runs[name], "rate", title))
    return figures


def handshakes(options, folder):
    peers = Peers(options, folder)
    figures = []

    def run(start, lanes):
        def once():
            with start() as server:
                return handshake_load(options, folder, server, lanes)
        return once

    for lanes in (1, 8):
        runs = rounds(options, f"handshakes, {lanes} at once", {
            "icds": run(peers.icds, lanes), "s_server": run(lambda: TLSServer(folder), lanes)})
        beside = "openssl s_server"
        figures.append(Measurement.of(
            f"full handshakes, {lanes} at once", "1/s", runs["icds"], runs["s_server"], "rate",
            beside, ratio_target=HANDSHAKE_TARGET, is_lower_bound=True))
        figures.append(Measurement.of(
            f"handshake server CPU, {lanes} at once", "µs", runs["icds"], runs["s_server"], "cpu",
            beside))
    return figures


def idle(options, folder):
    """Resident memory that one more idle connection takes, after a call on each."""
    progress(f"memory of {options.idle} idle connections")
    command = [f"{options.programs}/icds-bench", "idle-connections"]
    who = identity(folder, "municipality-837-casework")
    with Peers(options, folder).icds() as server:
        port = ["--port", str(server.port)]
        with Program(command + port + ["--connections", "8"] + who, LOAD_CORE) as warm:
            warm.line()
            before = server.rss_kilobytes()
            with Program(
                    command + port + ["--connections", str(options.idle)] + who, LOAD_CORE) as many:
                opened = many.line()["open"]
                each = (server.rss_kilobytes() - before) / opened
    return [Measurement(f"memory of an idle connection of {options.idle}", each, "KB", None, "",
                        IDLE_KILOBYTES_TARGET)]


def allocations(options, folder):
    """Allocations of the server, counted by a library that is loaded into it."""
    budgets = json.loads((HERE / "thresholds.json").read_text())
    library = pathlib.Path(options.peers) / "count-allocations.so"
    peers = Peers(options, folder)
    figures = []
    for in_flight in (16, 1):
        label = f"{options.connections}x{in_flight}"
        progress(f"allocations {label}")
        with peers.icds(AllocationCount(library)) as server:
            ours = echo_load(options, folder, server, in_flight)["allocations"]
        for name, title in GRPC.items():
            with peers.grpc(name, AllocationCount(library)) as server:
                theirs = grpc_load(options, server, "Echo", ECHO, in_flight)["allocations"]
            figures.append(Measurement(
                f"allocations of a unary call {label}", ours, "", theirs, title,
                budgets[f"allocations of a unary call {label}"]))
    return figures


def slow_reader(options, folder):
    """A small call beside a stream at full speed to a slow reader on the same connection."""
    command = [f"{options.programs}/icds-bench", "slow-reader", "--seconds",
               str(options.seconds)] + identity(folder, "municipality-837-casework")

    def once():
        with Peers(options, folder).icds() as server:
            with Program(command + ["--port", str(server.port)], LOAD_CORE) as load:
                return load.line()

    runs = rounds(options, "slow reader", {"icds": once})["icds"]
    quiet = [{"p99": run["quiet_p99_us"]} for run in runs]
    beside = [{"p99": run["beside_p99_us"]} for run in runs]
    return [Measurement.of("p99 of a small call beside a slow reader's stream", "µs", beside,
                           quiet, "p99", "the same, quiet",
                           ratio_target=SLOW_READER_TARGET)]


def load_average():
    """What else the machine did."""
    return Measurement("load average of the last minute", os.getloadavg()[0], "", None, "", None)


ALL = {"unary": unary, "stream": stream, "handshakes": handshakes, "idle": idle,
       "allocations": allocations, "slow-reader": slow_reader}
