"""Writes the generated files, or says how the committed ones differ from them."""

import difflib
import sys

# Folders that hold generated files and nothing else: what is in them and was not generated is stale.
OWNED_FOLDERS = [
    "Sources/CContract/src",
    "Sources/CContract/include",
    "Sources/Wire/Generated",
    "Sources/Contract/Generated",
    "Sources/Tenancy/Generated",
    "clients/python/src/icds_client/icds",
]

DIFF_LINES_SHOWN = 20


def stale_extras(repository, files):
    """Paths in the owned folders that the generator would not write."""
    extras = []
    for folder in OWNED_FOLDERS:
        for path in sorted((repository / folder).rglob("*")):
            name = path.relative_to(repository).as_posix()
            if path.is_file() and name not in files and "__pycache__" not in name:
                extras.append(name)
    return extras


def write(repository, files):
    """Makes the owned folders hold exactly `files`; leaves files alone that are already right."""
    changed = 0
    for name in stale_extras(repository, files):
        (repository / name).unlink()
        print(f"removed {name}")
    for name, text in sorted(files.items()):
        path = repository / name
        if path.is_file() and path.read_text() == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        changed += 1
        print(f"wrote {name}")
    print(f"{len(files)} files, {changed} changed")
    return 0


def check(repository, files):
    """Returns 1, with a summary of the differences, where a committed file is stale."""
    stale = 0
    for name in stale_extras(repository, files):
        print(f"stale: {name} is no longer generated", file=sys.stderr)
        stale += 1
    for name, text in sorted(files.items()):
        path = repository / name
        committed = path.read_text() if path.is_file() else ""
        if committed == text:
            continue
        stale += 1
        print(f"stale: {name}", file=sys.stderr)
        difference = difflib.unified_diff(
            committed.splitlines(), text.splitlines(), "committed", "generated", lineterm="", n=1
        )
        for number, line in enumerate(difference):
            if number == DIFF_LINES_SHOWN:
                print("  …", file=sys.stderr)
                break
            print(f"  {line}", file=sys.stderr)
    if stale:
        print(f"{stale} stale: run Generator/generate and commit its output", file=sys.stderr)
        return 1
    print(f"{len(files)} generated files are current")
    return 0
