"""What Benchmarks/run-db measures: each case gives its figures beside its peers'."""

import contextlib
import os
import sys

from db_site import QUIET, TENANT, progress
from measuring import Measurement, Program

# Bounds on the ratio to pgbench, by whether PostgreSQL has a core of its own.
READ_TARGETS = {True: 0.8, False: 0.5}
CREATE_TARGET = 0.8
TENANTS_TARGET = 0.75
BACKEND_MEGABYTES_TARGET = 120
DAEMON_GROWTH_TARGET = 1.1
QUIET_TARGET = 2
# The load is a process of its own, whose connections begin cold: it reads everybody so often before.
WARMING = 4
# A hundredth of the calls decides there, so that there must be some.
QUIET_SECONDS = 5
SPIN = "while True: pass"
PGBENCH = "pgbench, same SQL, as many pipelined connections"


def rounds(site, label, cases):
    """Runs each case once a round; gives the runs of each."""
    found = {name: [] for name in cases}
    for number in range(site.options.rounds):
        progress(f"{label}, round {number + 1}")
        for name, case in cases.items():
            found[name].append(case())
    return found


def label(is_pinned):
    return "pinned" if is_pinned else "unpinned"


def one_tenant(site):
    """Files with the clients of one municipality: ids, and with the municipality's code."""
    ids, clients = site.work / "ids", site.work / "clients-one"
    if not ids.exists():
        known = [site.create(TENANT) for _ in range(100)]
        ids.write_text("\n".join(known) + "\n")
        clients.write_text("".join(f"{TENANT} {client}\n" for client in known))
    return ids, clients


def reads(site):
    ids, clients = one_tenant(site)
    scripts = site.scripts("get-client", "--ids", ids)
    found = []
    for is_pinned in (True, False):
        site.pin(is_pinned)
        runs = rounds(site, f"GetClient, {label(is_pinned)}", {
            "daemon": lambda: site.load("get-client", "--ids", str(ids)),
            "direct": lambda: site.direct("get-client", clients),
            "unaudited": lambda: site.direct("unaudited", clients),
            "pgbench": lambda: site.pgbench(scripts)})
        text = label(is_pinned)
        found += [
            Measurement.of(f"GetClient audited, {text}", "calls/s", runs["daemon"],
                           runs["pgbench"], "rate", PGBENCH, is_lower_bound=True,
                           ratio_target=READ_TARGETS[is_pinned]),
            Measurement.of(f"GetClient daemon CPU, {text}", "µs/call", runs["daemon"], [], "cpu",
                           ""),
            Measurement.of(f"GetClient p99, {text}", "µs", runs["daemon"], [], "p99", ""),
            Measurement.of(f"without TLS and RPC, {text}", "calls/s", runs["direct"],
                           runs["pgbench"], "rate", PGBENCH),
            Measurement.of(f"and without audit row, {text}", "calls/s", runs["unaudited"],
                           runs["direct"], "rate", "with audit row, without TLS and RPC"),
        ]
    return found


def creates(site):
    scripts = site.scripts("create-client")
    found = []
    for is_pinned in (True, False):
        site.pin(is_pinned)
        runs = rounds(site, f"CreateClient, {label(is_pinned)}", {
            "daemon": lambda: site.load("create-client"),
            "pgbench": lambda: site.pgbench(scripts)})
        found.append(Measurement.of(
            f"CreateClient daemon CPU, {label(is_pinned)}", "µs/call", runs["daemon"], [], "cpu",
            ""))
        bounds = {"ratio_target": CREATE_TARGET, "is_lower_bound": True} if is_pinned else {}
        found.append(Measurement.of(
            f"CreateClient, {label(is_pinned)}", "calls/s", runs["daemon"], runs["pgbench"],
            "rate", PGBENCH, **bounds))
    return found


def tenants(site):
    everywhere = site.work / "clients-all"
    everywhere.write_text("".join(f"{m} {c}\n" for m, c in site.clients.items()))
    _, one = one_tenant(site)
    site.pin(True)
    runs = rounds(site, "all municipalities and one", {
        "all": lambda: site.direct("get-client", everywhere, passes=WARMING),
        "one": lambda: site.direct("get-client", one, passes=WARMING)})
    return [Measurement.of(
        f"reads in {len(site.clients)} municipalities at random", "calls/s", runs["all"],
        runs["one"], "rate", "in one municipality", ratio_target=TENANTS_TARGET,
        is_lower_bound=True)]


def memory(site):
    first, last = site.touch_megabytes[1:2] or site.touch_megabytes, site.touch_megabytes[-1]
    return [
        Measurement("largest backend after all calls everywhere, API",
                    max(site.backend_megabytes), "MB", None, "", BACKEND_MEGABYTES_TARGET),
        Measurement("largest backend after all calls everywhere, sharing",
                    max(site.sharing_megabytes), "MB", None, "", BACKEND_MEGABYTES_TARGET),
        Measurement("daemon after all calls everywhere", last, "MB", first[0],
                    "after the first round", None, ratio_target=DAEMON_GROWTH_TARGET),
        Measurement("daemon when it was ready", site.idle_megabytes, "MB", None, "", None),
    ]


def quiet(site):
    """A municipality that reads one client after the other, alone and beside one that floods.

    The flooding program runs as idle work, so that the quiet one waits for the server and not for a
    core; and where it is alone programs compute as idle work, so that the cores are as awake."""
    ids = site.work / "ids-quiet"
    ids.write_text(site.clients[QUIET] + "\n")
    flood_ids, _ = one_tenant(site)
    site.pin(False)
    seconds = max(site.options.seconds, QUIET_SECONDS)

    def read():
        with Program(site.load_command(QUIET, "get-client", 1, 1, seconds,
                                       "--ids", str(ids))) as loading:
            loading.line()
            result = loading.line()
            return {"p50": result["p50_us"], "p99": result["p99_us"]}

    def alone():
        with contextlib.ExitStack() as spinning:
            for core in range(os.cpu_count()):
                spinning.enter_context(Program([sys.executable, "-c", SPIN], core, is_idle=True))
            return read()

    def beside():
        flood = site.load_command(TENANT, "get-client", site.options.connections, 64,
                                  seconds + 4, "--ids", str(flood_ids))
        with Program(flood, is_idle=True) as flooding:
            flooding.line()
            return read()

    runs = rounds(site, "a quiet municipality", {"alone": alone, "beside": beside})
    what = "a quiet municipality beside a flood"
    return [
        Measurement.of(f"p99 of {what}", "µs", runs["beside"], runs["alone"], "p99",
                       "the same, alone", ratio_target=QUIET_TARGET),
        Measurement.of(f"median of {what}", "µs", runs["beside"], runs["alone"], "p50",
                       "the same, alone"),
    ]


ALL = {"memory": memory, "reads": reads, "creates": creates, "tenants": tenants, "quiet": quiet}
