"""The examples, run as a reader of the README would."""

import pathlib
import subprocess
import sys
import unittest

from tests.servers import acting_as, daemon, interop_server, is_built
from tests.support import certificates

EXAMPLES = pathlib.Path(__file__).resolve().parents[1] / "examples"


class ExampleTests(unittest.TestCase):
    def run_example(self, name: str, environment: dict[str, str], *words: str) -> str:
        path = str(EXAMPLES.parent / "src")
        done = subprocess.run(
            [sys.executable, EXAMPLES / name, *words], env={**environment, "PYTHONPATH": path},
            capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    @unittest.skipUnless(is_built("icds-rpcd") and is_built("icds"), "the daemon is not built")
    def test_a_county_gets_what_it_may_of_a_client_that_a_municipality_created(self) -> None:
        with daemon() as operator:
            health = self.run_example("health_check.py", operator)
            self.assertIn("urn:icds:operator:keha:admin", health)
            self.assertIn("SERVING", health)
            created = self.run_example(
                "create_client.py", acting_as(operator, "municipality-837-casework"))
            reference = created.strip().rpartition(" ")[2]
            county = acting_as(operator, "county-08-casework")
            fetched = self.run_example("fetch_as_county.py", county, reference)
            self.assertIn("permitted by WC-ASSESS", fetched)
            self.assertIn("Example", fetched)
            refused = self.run_example("fetch_as_county.py", county, "no-such-case")
            self.assertIn("refused", refused)

    @unittest.skipUnless(is_built("icds-interop"), "icds-interop is not built")
    def test_the_stream_example_streams_both_ways(self) -> None:
        folder = certificates()
        with interop_server() as server:
            said = self.run_example("streams.py", {
                "ICDS_SERVER": server, "ICDS_CA": str(folder / "ca.pem"),
                "ICDS_CERT": str(folder / "municipality-837-casework.pem"),
                "ICDS_KEY": str(folder / "municipality-837-casework.key")})
        self.assertIn("6000 bytes in 3 answers", said)
        self.assertIn("the server counted 6000 bytes", said)
        self.assertIn("answers one by one: [10, 20, 30]", said)


if __name__ == "__main__":
    unittest.main()
