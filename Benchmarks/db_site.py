"""A daemon with every municipality of the register, its database, and where they run."""

import json
import os
import pathlib
import subprocess
import sys

from measuring import Daemon, Database, Program, cpu_seconds

TOP = pathlib.Path(__file__).resolve().parent.parent
DATABASE_CORE, LOAD_CORE = 0, 1
# The one municipality that a single tenant's load is for, and the quiet one beside it.
TENANT, QUIET = "837", "564"

CLIENT = {
    "name": {"givenNames": "Given", "familyName": "Family"}, "birthDate": "1990-01-01",
    "contact": {"telephone": "+358401234567", "city": "Tampere"},
    "residenceTitles": [{"type": "RESIDENCE_TITLE_TYPE_CONTINUOUS",
                         "ground": "RESIDENCE_GROUND_WORK", "validFrom": "2025-01-01"}],
    "serviceLanguage": {"nativeLanguage": "ar", "contactLanguage": "fi",
                        "interpreterNeeded": True},
    "background": {"educationLevel": 3, "workHistory": "Cook for six years."},
}


def progress(text):
    print(text, file=sys.stderr, flush=True)


class Site:
    """Prepared once for all cases."""

    def __init__(self, options, work):
        self.options, self.work = options, work
        self.bench = f"{options.programs}/icds-bench"
        self.certificates = work / "certificates"

    def __enter__(self):
        self._certificates(["server", "operator:keha:admin"])
        self.daemon = Daemon(self.options.programs, self.work / "state", self.certificates)
        self.daemon.__enter__()
        try:
            self._prepare()
        except BaseException:
            self.daemon.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.daemon.__exit__()

    def _certificates(self, names):
        subprocess.run(
            [TOP / "certs/make-development-certificates", "--output", self.certificates, *names],
            check=True, stdout=subprocess.DEVNULL)

    def _prepare(self):
        daemon = self.daemon
        self.idle_megabytes = daemon.memory_megabytes("VmRSS")
        daemon.icds("register", "load")
        listed = json.loads(daemon.icds("organisations", "list", "--kind", "municipality"))
        # Åland's lie in no county, so that not every call can be made there.
        found = {row["code"]: row["countyCode"] for row in listed["organisations"]
                 if row.get("countyCode")}
        first = [TENANT, QUIET]
        codes = first + sorted(code for code in found if code not in first)
        codes = codes[:self.options.tenants or None]
        self.municipalities = {code: found[code] for code in codes}
        counties = sorted(set(self.municipalities.values()))
        progress(f"preparing {len(codes)} municipalities")
        daemon.icds("organisations", "provision", "--activate", *codes)
        names = [f"municipality:{code}:casework" for code in codes]
        names += [f"county:{code}:casework" for code in counties]
        for code in counties:
            daemon.icds("organisations", "activate", f"county:{code}")
        self._certificates(names)
        files = [f"{self.certificates}/{name.replace(':', '-')}.pem" for name in names]
        daemon.icds("systems", "register", *files)
        self.database = Database(daemon.folders)
        self.clients = self._touch()
        self.database.settle(vacuums=True)

    def _touch(self):
        """Makes every kind of call everywhere; gives a client of each municipality."""
        progress("making every call in every municipality")
        pairs = self.work / "pairs"
        pairs.write_text("".join(f"{m} {c}\n" for m, c in self.municipalities.items()))
        clients, self.touch_megabytes = {}, []
        with Program([self.bench, "touch", "--port", str(self.daemon.port), "--certificates",
                      self.certificates, "--municipalities", pairs,
                      "--rounds", str(self.options.visits)]) as touching:
            while True:
                line = touching.line()
                if "client" in line:
                    clients[line["municipality"]] = line["client"]
                if "round" in line or "done" in line:
                    self.touch_megabytes.append(self.daemon.memory_megabytes("VmRSS"))
                if "done" in line:
                    self.backend_megabytes = self.database.backend_megabytes("icds_api")
                    self.sharing_megabytes = self.database.backend_megabytes("icds_sharing")
                    return clients

    def create(self, code):
        """A client with something in most groups; its id."""
        answer = self.daemon.call("icds.v1.ClientService/CreateClient", {
            "access": {"userId": "bench"}, "client": CLIENT}, f"municipality-{code}-casework")
        return answer["client"]["clientId"]

    # MARK: where things run

    def pin(self, is_pinned):
        """PostgreSQL on one core and the daemon on the other, or both on any."""
        place(self.database.processes(), DATABASE_CORE if is_pinned else None)
        place([self.daemon.process.pid], LOAD_CORE if is_pinned else None)
        self.load_core = LOAD_CORE if is_pinned else None

    # MARK: loads

    def identity(self, code):
        name = f"{self.certificates}/municipality-{code}-casework"
        return ["--certificate", f"{name}.pem", "--key", f"{name}.key",
                "--authority", f"{self.certificates}/ca.pem"]

    def load_command(self, code, work, connections, in_flight, seconds, *more):
        return [self.bench, "load", "--work", work, "--port", str(self.daemon.port),
                "--connections", str(connections), "--in-flight", str(in_flight),
                "--seconds", str(seconds), *more, *self.identity(code)]

    def load(self, work, *more):
        """Calls of one municipality through the daemon."""
        options = self.options
        command = self.load_command(
            TENANT, work, options.connections, 16, options.seconds, *more)
        with Program(command, core=self.load_core) as loading:
            loading.line()
            before = cpu_seconds(self.daemon.process.pid)
            result = loading.line()
            used = cpu_seconds(self.daemon.process.pid) - before
        return {"rate": result["per_second"],
                # The time that does not count, before, has used the processor as well.
                "cpu": used / max(result["calls_in_all"], 1) * 1e6,
                "p99": result["p99_us"]}

    def direct(self, work, clients, passes=0):
        """The same without TLS and RPC, in a process of its own; after so many times through all of the
        clients that do not count."""
        command = [self.bench, "database-load", "--work", work, "--conninfo",
                   self.database.conninfo(), "--master-key", self.daemon.master_key(),
                   "--clients", clients, "--pool", str(self.daemon.pool),
                   "--seconds", str(self.options.seconds), "--passes", str(passes)]
        with Program(command, core=self.load_core) as loading:
            loading.line()
            return {"rate": loading.line()["per_second"]}

    def pgbench(self, scripts):
        return {"rate": self.database.pgbench(
            scripts, self.daemon.pool, self.options.seconds, core=self.load_core)}

    def scripts(self, work, *more):
        folder = self.work / f"pgbench-{work}"
        folder.mkdir(exist_ok=True)
        subprocess.run([self.bench, "pgbench-scripts", "--work", work, "--municipality", TENANT,
                        "--folder", folder, *more], check=True)
        return folder


def place(pids, core):
    cores = str(core) if core is not None else f"0-{os.cpu_count() - 1}"
    for pid in pids:
        # A process that has just ended needs no place.
        subprocess.run(["taskset", "-acp", cores, str(pid)], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
