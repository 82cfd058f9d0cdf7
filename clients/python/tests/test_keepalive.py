"""When the client pings and when it gives up."""

import unittest

from icds_client import ConnectionOptions, RPCError
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.keepalive import Keepalive

OPTIONS = ConnectionOptions(keepalive_seconds=30, keepalive_timeout_seconds=20)


def keepalive(minimum_seconds: int = 10) -> Keepalive:
    limits = wire.ConnectionLimits(ping_interval_milliseconds_min=minimum_seconds * 1000)
    return Keepalive(OPTIONS, limits, now=0)


class KeepaliveTests(unittest.TestCase):
    def test_silence_with_a_call_open_makes_a_ping(self) -> None:
        pings = keepalive()
        self.assertIsNone(pings.ping_due(29.9, has_calls=True))
        self.assertEqual(pings.next_time(has_calls=True), 30)
        self.assertIsNotNone(pings.ping_due(30, has_calls=True))
        self.assertIsNone(pings.ping_due(31, has_calls=True))

    def test_nothing_is_pinged_without_a_call(self) -> None:
        pings = keepalive()
        self.assertIsNone(pings.ping_due(1000, has_calls=False))
        self.assertIsNone(pings.next_time(has_calls=False))
        pings.resumed(1000)
        self.assertIsNone(pings.ping_due(1001, has_calls=True))

    def test_no_answer_ends_the_connection_and_any_frame_is_an_answer(self) -> None:
        pings = keepalive()
        pings.ping_due(30, has_calls=True)
        pings.received(49)
        self.assertIsNone(pings.ping_due(50, has_calls=True))
        self.assertIsNotNone(pings.ping_due(79, has_calls=True))
        self.assertEqual(pings.next_time(has_calls=True), 99)
        with self.assertRaises(RPCError):
            pings.ping_due(99, has_calls=True)

    def test_the_servers_minimum_is_respected(self) -> None:
        pings = keepalive(minimum_seconds=60)
        self.assertIsNone(pings.ping_due(59, has_calls=True))
        self.assertIsNotNone(pings.ping_due(60, has_calls=True))


if __name__ == "__main__":
    unittest.main()
