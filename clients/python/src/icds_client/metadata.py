"""Metadata: keys and values beside requests and answers (PROTOCOL.md, "Metadata")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Union

from icds_client.icds.wire.v1 import frame_pb2 as wire

#: Pairs of key and value in their order. Values of keys that end in "-bin" are bytes, others text.
Metadata = Sequence[tuple[str, Union[str, bytes]]]

BINARY_SUFFIX = "-bin"
KEY = re.compile(r"[a-z0-9._-]{1,64}")
TEXT = re.compile(r"[\x20-\x7e]*")


def metadata_problem(metadata: Metadata) -> str | None:
    """What the server would refuse, without the value; None where all is well."""
    for key, value in metadata:
        if not KEY.fullmatch(key):
            return f"metadata key {key!r}: 1 to 64 of a-z, 0-9, '-', '_' and '.' are allowed"
        if key.endswith(BINARY_SUFFIX):
            if not isinstance(value, bytes):
                return f"metadata {key}: a key with {BINARY_SUFFIX} takes bytes"
        elif not isinstance(value, str) or not TEXT.fullmatch(value):
            return f"metadata {key}: the value must be printable ASCII text"
    return None


def metadata_bytes(metadata: Metadata) -> int:
    """Sum of all keys and values, as `metadata_bytes_max` counts."""
    return sum(len(key) + len(value) for key, value in metadata)


def to_wire(metadata: Metadata) -> list[wire.MetadataEntry]:
    """The entries of a frame."""
    return [
        wire.MetadataEntry(key=key, value=value.encode() if isinstance(value, str) else value)
        for key, value in metadata
    ]


def from_wire(entries: Iterable[wire.MetadataEntry]) -> Metadata:
    """What a frame carries; text that is not ASCII, which no server should send, is replaced."""
    return tuple(
        (entry.key, entry.value if entry.key.endswith(BINARY_SUFFIX)
         else entry.value.decode("ascii", "replace"))
        for entry in entries)
