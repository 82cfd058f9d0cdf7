"""The command: reads proto/ and the SQL scripts, makes every file in memory, then writes or compares."""

import importlib.util
import pathlib
import shutil
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

# What the generator runs, and the Debian package that has it.
PROGRAMS = {"protoc": "protobuf-compiler", "protoc-c": "protobuf-c-compiler"}


def missing_packages():
    """Debian packages that are needed and not there."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    try:
        found = importlib.util.find_spec("google.protobuf") is not None
    except ModuleNotFoundError:
        found = False
    if not found:
        missing.append("python3-protobuf")
    return missing


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__import__("__main__").__doc__, file=sys.stderr)
        return 2
    missing = missing_packages()
    if missing:
        print(f"generate: missing Debian packages: {' '.join(missing)}", file=sys.stderr)
        print(f"generate: install them: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 3

    from . import client_python, contract_c, contract_swift, descriptor_set, output, schema
    from . import schema_scripts

    try:
        descriptors = schema.compile_protos(REPOSITORY / "proto")
        contract = schema.read(descriptors)
        files = contract_c.generate(descriptors)
        files.update(descriptor_set.generate(descriptors))
        files.update(contract_swift.generate(contract))
        files.update(client_python.generate(REPOSITORY / "proto", contract))
        files.update(schema_scripts.generate(REPOSITORY))
    except (schema.SchemaError, schema_scripts.ScriptError) as error:
        print(f"generate: {error}", file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        return output.check(REPOSITORY, files)
    return output.write(REPOSITORY, files)
