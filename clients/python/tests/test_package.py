"""The package as `pip install clients/python` makes it."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER = pathlib.Path(__file__).resolve().parents[1]


class PackageTests(unittest.TestCase):
    def test_it_installs_from_a_checkout_without_protoc(self) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            source, target = pathlib.Path(temporary, "source"), pathlib.Path(temporary, "target")
            source.mkdir()
            for name in ("pyproject.toml", "README.md"):
                shutil.copy(FOLDER / name, source)
            shutil.copytree(FOLDER / "src", source / "src",
                            ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
            subprocess.run(
                [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps",
                 "--no-build-isolation", "--target", target, source],
                check=True, env={"PATH": "/nonexistent", "HOME": temporary},
                capture_output=True)
            for name in ("py.typed", "icds/v1/clients_pb2.pyi", "icds/v1/clients_services.py"):
                self.assertTrue((target / "icds_client" / name).exists(), name)
            done = subprocess.run(
                [sys.executable, "-c", "import icds_client; print(icds_client.__file__)"],
                check=True, env={"PYTHONPATH": str(target)}, capture_output=True, text=True)
            self.assertTrue(done.stdout.startswith(str(target)), done.stdout)


if __name__ == "__main__":
    unittest.main()
