"""Frames to bytes and back."""

import unittest

from icds_client.errors import ProtocolViolation
from icds_client.framing import FrameReader, decode_frame, encode_frame
from icds_client.icds.wire.v1 import frame_pb2 as wire


class FramingTests(unittest.TestCase):
    def test_cancel_is_the_worked_example_of_the_document(self) -> None:
        frame = wire.Frame(cancel=wire.Cancel(call_id=1))
        self.assertEqual(encode_frame(frame), bytes.fromhex("00000004 2a02 0801"))

    def test_frames_come_out_whole_whatever_the_pieces(self) -> None:
        frames = [wire.Frame(ping=wire.Ping(opaque=number)) for number in range(1, 5)]
        data = b"".join(encode_frame(frame) for frame in frames)
        for size in range(1, len(data) + 1):
            reader, found = FrameReader(1000), []
            for start in range(0, len(data), size):
                reader.feed(data[start:start + size])
                found += list(reader.frames())
            self.assertEqual(found, frames)
            self.assertFalse(reader.is_inside_frame)

    def test_a_length_at_the_limit_is_taken_and_one_over_it_is_not(self) -> None:
        frame = wire.Frame(end=wire.End(call_id=1, payload=b"x" * 90))
        data = encode_frame(frame)
        at_limit, over = FrameReader(len(data) - 4), FrameReader(len(data) - 5)
        at_limit.feed(data)
        self.assertEqual(list(at_limit.frames()), [frame])
        over.feed(data[:4])
        with self.assertRaises(ProtocolViolation):
            list(over.frames())

    def test_frames_that_are_not_exactly_one_kind_are_violations(self) -> None:
        ping = wire.Frame(ping=wire.Ping(opaque=1)).SerializeToString()
        for name, data in {
            "nothing": b"", "two kinds": ping + ping, "unknown kind": b"\x52\x00",
            "wrong wire type": b"\x08\x01", "cut": ping[:-1], "bad inside": b"\x2a\x02\x08\x80",
            "endless length": b"\x2a\xff\xff\xff\xff\xff\xff",
        }.items():
            with self.subTest(name), self.assertRaises(ProtocolViolation):
                decode_frame(data)

    def test_fields_that_a_later_version_adds_are_passed_over(self) -> None:
        frame = decode_frame(bytes.fromhex("2a05 0801 f80101"))
        self.assertEqual(frame.cancel.call_id, 1)


if __name__ == "__main__":
    unittest.main()
