"""What Benchmarks/run measures with: programs on cores, the daemon, its database, and tables."""

import dataclasses
import json
import os
import pathlib
import signal
import statistics
import subprocess
import threading

TICKS = os.sysconf("SC_CLK_TCK")


class Program:
    """A child that prints lines of JSON, on one core if asked; killed at the end. An idle one gets a
    core only while nobody else wants it (`SCHED_IDLE`)."""

    def __init__(self, command, core=None, environment=None, is_idle=False):
        pinned = ["taskset", "-c", str(core)] if core is not None else []
        idle = ["chrt", "--idle", "0"] if is_idle else []
        self.process = subprocess.Popen(
            pinned + idle + [str(part) for part in command], stdout=subprocess.PIPE, text=True,
            env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def line(self):
        text = self.process.stdout.readline()
        if not text:
            raise SystemExit(f"{self.process.args[-1]}: ended with {self.process.wait()}")
        return json.loads(text)

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Daemon:
    """icds-rpcd with an embedded database of its own."""

    pool = 4

    def __init__(self, programs, state, certificates):
        self.programs, self.certificates = programs, certificates
        state.mkdir(mode=0o700)
        self.folders = state
        self.process = subprocess.Popen(
            [f"{programs}/icds-rpcd", "--state-folder", state, "--listen-port", "0",
             "--tls-certificate", f"{certificates}/server.pem",
             "--tls-key", f"{certificates}/server.key",
             "--tls-client-authorities", f"{certificates}/ca.pem",
             "--tls-certificate-revocation-lists", f"{certificates}/crl.pem",
             "--operators-certificates", f"{certificates}/operator-keha-admin.pem",
             "--identity-codes-artificial", "accepted", "--pool-api", str(self.pool),
             "--log-level", "notice", "--log-format", "text"],
            stderr=subprocess.PIPE, text=True, env=dict(os.environ, SWIFT_BACKTRACE="enable=no"))
        for text in self.process.stderr:
            if " READY " in text:
                break
        else:
            raise SystemExit(f"the daemon ended with {self.process.wait()}")
        self.port = int((state / "address").read_text().strip().rsplit(":", 1)[1])
        # Nobody reads the log any more; an undrained pipe would stop the daemon.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        remove_cluster(self.folders)

    def icds(self, *command, identity="operator-keha-admin"):
        folder = self.certificates
        answer = subprocess.run(
            [f"{self.programs}/icds", *command, "--server", f"localhost:{self.port}",
             "--cert", f"{folder}/{identity}.pem", "--key", f"{folder}/{identity}.key",
             "--ca", f"{folder}/ca.pem", "--output", "json"],
            capture_output=True, text=True)
        if answer.returncode != 0:
            raise SystemExit(f"icds {' '.join(command)}: {answer.stderr}")
        return answer.stdout

    def call(self, method, request, identity):
        return json.loads(self.icds("call", method, json.dumps(request), identity=identity))

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def master_key(self):
        return self.folders / "master.key"

    def memory_megabytes(self, field):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
        raise SystemExit(f"no {field} of the daemon")


def cluster_folder(state):
    return pathlib.Path((state / "cluster-folder").read_text().strip())


def remove_cluster(state):
    """The embedded database of a daemon that runs as root lies outside its state folder."""
    folder = cluster_folder(state)
    if folder.name and (folder / "data" / "PG_VERSION").exists():
        subprocess.run(["rm", "-rf", "--", str(folder)], check=True)


class Database:
    """The daemon's own cluster, reached as its administrator."""

    def __init__(self, state):
        lines = (cluster_folder(state) / "data" / "postmaster.pid").read_text().splitlines()
        self.server, self.port, self.socket = int(lines[0]), lines[3], lines[4]

    def pgbench(self, scripts, connections, seconds, core=None):
        """Transactions a second. Each is one pipeline with one Sync, as the daemon's are."""
        pinned = ["taskset", "-c", str(core)] if core is not None else []
        files = [part for path in sorted(scripts.iterdir()) for part in ("-f", str(path))]
        answer = subprocess.run(
            pinned + ["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "1",
             "-T", str(max(1, round(seconds))), "-h", self.socket, "-p", self.port,
             "-U", "postgres", *files, self.name()],
            capture_output=True, text=True)
        # A run of which clients were broken off prints figures, too.
        for line in answer.stdout.splitlines() if answer.returncode == 0 else []:
            if line.startswith("tps ="):
                return float(line.split()[2])
        raise SystemExit(f"pgbench: {answer.stderr.strip()[-2000:]}")

    def ask(self, sql):
        """The first column of what the administrator is answered."""
        answer = subprocess.run(
            ["psql", "-h", self.socket, "-p", self.port, "-U", "postgres", "-d", "postgres",
             "-Atc", sql],
            check=True, capture_output=True, text=True)
        return answer.stdout.split()

    def settle(self, vacuums=False):
        """Does now what PostgreSQL would do on its own while something is measured: writes out what
        was changed, some ten thousand files, and after many changes clears up behind them."""
        if vacuums:
            subprocess.run(
                ["psql", "-h", self.socket, "-p", self.port, "-U", "postgres", "-d", self.name(),
                 "-qc", "VACUUM ANALYZE"], check=True)
        self.ask("CHECKPOINT")

    def name(self):
        return self.ask("SELECT datname FROM pg_database WHERE datname LIKE 'icds%'")[0]

    def conninfo(self):
        """libpq's words without the user."""
        return f"host={self.socket} port={self.port} dbname={self.name()}"

    def processes(self):
        """The server and everything that it has started."""
        found = [self.server]
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == self.server:
                found.append(int(folder.name))
        return found

    def backend_megabytes(self, role):
        """Memory of its own of each backend of a login role, in megabytes, the largest first."""
        pids = self.ask(f"SELECT pid FROM pg_stat_activity WHERE usename = '{role}'")
        return sorted((own_megabytes(int(pid)) for pid in pids), reverse=True)


def own_megabytes(pid):
    """Without the memory that it shares with others, as PostgreSQL's buffers."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0


@dataclasses.dataclass
class Measurement:
    """One figure beside its peer's. `target` is a bound on the figure, `ratio_target` one on its
    ratio to the peer's, that the project has set itself: upper bounds, unless `is_lower_bound`."""

    name: str
    value: float
    unit: str
    peer: float | None
    peer_name: str
    target: float | None
    ratio_target: float | None = None
    is_lower_bound: bool = False

    @classmethod
    def of(cls, name, unit, runs, peer_runs, key, peer_name, **bounds):
        peer = statistics.median(run[key] for run in peer_runs) if peer_runs else None
        return cls(name, statistics.median(run[key] for run in runs), unit, peer, peer_name, None,
                   **bounds)

    @property
    def ratio(self):
        return self.value / self.peer if self.peer else None

    @property
    def is_met(self):
        """Whether the bound holds; None where there is none."""
        figure, bound = self.value, self.target
        if self.ratio_target is not None:
            figure, bound = self.ratio, self.ratio_target
        if figure is None or bound is None:
            return None
        return figure >= bound if self.is_lower_bound else figure <= bound

    @property
    def bound_text(self):
        """What should be, and whether it is: "ratio ≤ 0.20, met"."""
        if self.is_met is None:
            return ""
        of_ratio = self.ratio_target is not None
        bound = number(self.ratio_target if of_ratio else self.target)
        sign = "≥" if self.is_lower_bound else "≤"
        return f"{'ratio ' if of_ratio else ''}{sign} {bound}, {'met' if self.is_met else 'MISSED'}"


def number(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.{3 if abs(value) < 0.1 else 2}f}"


def report(measurements, as_json):
    if as_json:
        for found in measurements:
            print(json.dumps({
                "name": found.name, "value": found.value, "unit": found.unit,
                "peer": found.peer, "peer_name": found.peer_name or None,
                "ratio": found.ratio, "target": found.target,
                "ratio_target": found.ratio_target, "met": found.is_met}, ensure_ascii=False))
        return
    head = ("what", "value", "unit", "peer", "ratio", "target", "beside")
    rows = [head] + [
        (found.name, number(found.value), found.unit, number(found.peer), number(found.ratio),
         found.bound_text, found.peer_name) for found in measurements]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
