"""PROTOCOL.md against this client: what the page shows is what a client meets."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from icds_client import Code, Target
from icds_client.errors import CLIENT_REASONS_SAFE_TO_RETRY, SERVER_REASONS_SAFE_TO_RETRY
from icds_client.framing import encode_frame
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.tls import open_socket
from tests.servers import interop_server, is_built
from tests.support import REPOSITORY, certificates, credentials

DOCUMENT = (REPOSITORY / "proto" / "PROTOCOL.md").read_text()
HEX_LINE = re.compile(r" ((?:[0-9a-f]{2} )*[0-9a-f]{2})(?:  .*)?")
ROW = re.compile(r"( \w+ +| +)\|(.*)\|")


def section(heading: str) -> str:
    """The text below a heading, up to the next one of its level or above."""
    level = heading.index(" ")
    lines = DOCUMENT.split(f"\n{heading}\n", 1)[1].split("\n")
    kept: list[str] = []
    is_code = False
    for line in lines:
        is_code ^= line.startswith("```")
        if not is_code and re.match(rf"#{{1,{level}}} ", line):
            break
        kept.append(line)
    return "\n".join(kept)


def blocks(text: str, language: str = "") -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.M | re.S)


def conversation() -> list[tuple[str, str, bytes]]:
    """Who sends, which kind and the bytes, of the section with the worked frames."""
    frames: list[tuple[str, str, bytes]] = []
    for line in blocks(section("## A conversation in bytes"))[0].split("\n"):
        if title := re.fullmatch(r"(client|server): (\w+)", line):
            frames.append((title[1], title[2], b""))
        elif line:
            match = HEX_LINE.fullmatch(line)
            assert match is not None, line
            who, kind, data = frames[-1]
            frames[-1] = (who, kind, data + bytes.fromhex(match[1]))
    return frames


def tag(field: Any, is_length: bool) -> int:
    """The byte in front of a field."""
    wire_type = 2 if is_length else 1 if field.type == FieldDescriptor.TYPE_FIXED64 else 0
    return int(field.number) << 3 | wire_type


def boxes(message: Any) -> list[str]:
    """The boxes of a message as the document has them."""
    found: list[str] = []
    for field in sorted(message.fields, key=lambda field: field.number):
        repeats = "*" if field.name in ("metadata", "trailing_metadata", "details") else ""
        is_length = field.name == "versions" or field.type in (
            FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES, FieldDescriptor.TYPE_MESSAGE)
        found += [f"{tag(field, is_length):02x}", *(["n"] if is_length else []),
                  field.name + repeats]
    return found


class DocumentTests(unittest.TestCase):
    def test_the_diagrams_are_the_fields_of_the_frames(self) -> None:
        drawn: dict[str, list[str]] = {}
        name = ""
        for block in blocks(section("### Byte by byte")):
            for line in block.split("\n"):
                if row := ROW.fullmatch(line):
                    name = row[1].strip() or name
                    drawn.setdefault(name, []).extend(
                        cell.strip() for cell in row[2].split("|"))
        kinds = {field.message_type.name: field for field in wire.Frame.DESCRIPTOR.fields
                 if field.message_type is not None}
        for message in wire.DESCRIPTOR.message_types_by_name.values():
            if message.name == "Frame":
                continue
            start = [f"{tag(kinds[message.name], True):02x}", "n"] if message.name in kinds else []
            self.assertEqual(drawn.get(message.name), start + boxes(message), message.name)

    def test_the_conversation_is_what_this_client_writes_and_reads(self) -> None:
        frames = conversation()
        self.assertEqual([kind for _, kind, _ in frames], [
            "Hello", "Hello", "Call", "End", "Call", "Message", "Message", "End", "Call",
            "Message", "Message", "End"])
        for _, kind, data in frames:
            self.assertEqual(int.from_bytes(data[:4], "big"), len(data) - 4)
            frame = wire.Frame.FromString(data[4:])
            which = frame.WhichOneof("kind")
            self.assertEqual(which and getattr(frame, which).DESCRIPTOR.name, kind)
            self.assertEqual(encode_frame(frame), data)

    @unittest.skipUnless(is_built("icds-interop"), "icds-interop is not built")
    def test_the_conversation_is_what_the_server_says(self) -> None:
        with interop_server() as server:
            target = Target.parse(server, credentials())
            with open_socket(target, time.monotonic() + 30) as secure:
                secure.settimeout(30)
                for who, kind, data in conversation():
                    if who == "client":
                        secure.sendall(data)
                        continue
                    received = b""
                    while len(received) < len(data):
                        received += secure.recv(len(data) - len(received)) or self.fail(kind)
                    self.assertEqual(received.hex(" "), data.hex(" "), kind)

    def test_codes_and_reasons_are_those_of_the_document(self) -> None:
        safe: set[str] = set()
        for heading in ("### Errors of a call, in its End", "### What a client says of itself"):
            for reason, again in re.findall(r"^\| ([A-Z_]+) \|.*\| ([^|]+) \|$",
                                            section(heading), flags=re.M):
                if again == "yes":
                    safe.add(reason)
        self.assertEqual(safe, SERVER_REASONS_SAFE_TO_RETRY | CLIENT_REASONS_SAFE_TO_RETRY)
        for code in re.findall(r"^\| [A-Z_]+ \| ([A-Z_]+) \|", section("## Errors"), flags=re.M):
            self.assertIn(code, Code.__members__)
        listed = re.findall(r"^\| (\d+) \| ([A-Z_]+) \|", section("### Codes"), flags=re.M)
        self.assertEqual(listed, [(str(code.value), code.name) for code in Code])

    @unittest.skipUnless(is_built("icds-interop"), "icds-interop is not built")
    def test_the_client_in_a_page_makes_calls_of_all_four_kinds(self) -> None:
        client, use = blocks(section("## A client in one file"), "python")
        folder, package = certificates(), pathlib.Path(wire.__file__).parents[3]
        with tempfile.TemporaryDirectory() as work, interop_server() as server:
            program = (client + "\n" + use).replace("7443", server.rpartition(":")[2])
            for name, file in (("client", "municipality-837-casework"), ("ca", "ca")):
                for ending in ("pem", "key"):
                    program = program.replace(
                        f'"{name}.{ending}"', repr(str(folder / f"{file}.{ending}")))
            script = pathlib.Path(work, "client.py")
            script.write_text(program)
            path = os.pathsep.join([str(package), str(package.parent)])
            done = subprocess.run(
                [sys.executable, script], env={"PYTHONPATH": path}, capture_output=True,
                text=True, timeout=60)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout.split("\n"), [
            "admitted as urn:icds:municipality:837:casework", "unary 3",
            "server stream [31415, 9, 2653]", "client stream 373094",
            "bidirectional 31415", "bidirectional 9", "bidirectional []", ""])


if __name__ == "__main__":
    unittest.main()
