"""Frames to bytes and back (PROTOCOL.md, "Frames")."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from google.protobuf.message import DecodeError

from icds_client.errors import ProtocolViolation
from icds_client.icds.wire.v1 import frame_pb2 as wire

LENGTH = struct.Struct(">I")

#: First byte of a frame, which says its kind: field 1 to 9, wire type 2.
KIND_TAGS = frozenset(number << 3 | 2 for number in range(1, 10))


def encode_frame(frame: wire.Frame) -> bytes:
    """The length and the frame."""
    data: bytes = frame.SerializeToString()
    return LENGTH.pack(len(data)) + data


def decode_frame(data: bytes) -> wire.Frame:
    """One frame without its length; raises unless it holds one known kind and nothing else."""
    if not data or data[0] not in KIND_TAGS:
        raise ProtocolViolation("a frame of no known kind")
    if _end_of_kind(data) != len(data):
        raise ProtocolViolation("a frame with more than its kind")
    try:
        return wire.Frame.FromString(data)
    except DecodeError as error:
        raise ProtocolViolation("a frame that cannot be decoded") from error


def _end_of_kind(data: bytes) -> int:
    """Where the frame's one field ends, by its length."""
    length = 0
    for index, byte in enumerate(data[1:6]):
        length |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return 2 + index + length
    return -1


class FrameReader:
    """Puts frames together from bytes that come in any pieces."""

    def __init__(self, frame_bytes_max: int) -> None:
        self._frame_bytes_max = frame_bytes_max
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """More bytes came."""
        self._buffer += data

    def frames(self) -> Iterator[wire.Frame]:
        """The frames that are whole. Raises as soon as a length is over the limit."""
        start = 0
        try:
            while len(self._buffer) - start >= LENGTH.size:
                (length,) = LENGTH.unpack_from(self._buffer, start)
                if length > self._frame_bytes_max:
                    raise ProtocolViolation(
                        f"a frame of {length} bytes; at most {self._frame_bytes_max} are taken")
                end = start + LENGTH.size + length
                if len(self._buffer) < end:
                    break
                data = bytes(self._buffer[start + LENGTH.size:end])
                start = end
                yield decode_frame(data)
        finally:
            del self._buffer[:start]

    @property
    def is_inside_frame(self) -> bool:
        """Whether an end of the connection now would cut a frame."""
        return bool(self._buffer)
