"""Windows of credit, and what is given back when."""

import unittest

from icds_client.credit import MESSAGE_OVERHEAD_BYTES, WINDOW_MAX, ReceiveWindow, SendWindow
from icds_client.errors import ProtocolViolation
from icds_client.inflow import Inflow


class SendWindowTests(unittest.TestCase):
    def test_a_message_may_overdraw_the_window_once(self) -> None:
        window = SendWindow(100)
        window.spend(1000)
        self.assertFalse(window.is_open)
        window.add(900)
        self.assertFalse(window.is_open, "zero is not above zero")
        window.add(1)
        self.assertTrue(window.is_open)

    def test_no_credit_and_too_much_credit_are_violations(self) -> None:
        window = SendWindow(100)
        for amount in (0, WINDOW_MAX - 99):
            with self.assertRaises(ProtocolViolation):
                window.add(amount)
        window.add(WINDOW_MAX - 100)
        self.assertEqual(window.available, WINDOW_MAX)

    def test_zero_in_the_hello_means_no_limit(self) -> None:
        window = SendWindow(0)
        window.spend(10**9)
        self.assertTrue(window.is_open)


class ReceiveWindowTests(unittest.TestCase):
    def test_credit_comes_back_in_lumps_of_half_a_window(self) -> None:
        window = ReceiveWindow(1000)
        window.arrived(499)
        self.assertEqual(window.release(499), 0)
        window.arrived(1)
        self.assertEqual(window.release(1), 500)
        self.assertEqual(window.release(499), 0)

    def test_a_message_without_credit_is_a_violation(self) -> None:
        window = ReceiveWindow(1000)
        window.arrived(1000)
        with self.assertRaises(ProtocolViolation):
            window.arrived(MESSAGE_OVERHEAD_BYTES)

    def test_a_sender_that_keeps_to_its_window_never_waits_for_ever(self) -> None:
        for cost in (64, 65, 333, 500, 999, 1000, 5000):
            sender, receiver = SendWindow(1000), ReceiveWindow(1000)
            for _ in range(100):
                self.assertTrue(sender.is_open)
                sender.spend(cost)
                receiver.arrived(cost)
                credit = receiver.release(cost)
                if credit:
                    sender.add(credit)


class InflowTests(unittest.TestCase):
    def test_credit_comes_back_on_arrival_and_not_on_reading(self) -> None:
        inflow = Inflow(1000, buffered_bytes_max=10_000)
        self.assertEqual(inflow.arrived(b"x" * 936), 1000)
        self.assertEqual(inflow.taken(b"x" * 936), 0)

    def test_too_much_unread_withholds_credit_until_readers_catch_up(self) -> None:
        inflow = Inflow(10_000, buffered_bytes_max=5000)
        self.assertEqual(inflow.arrived(b"x" * 4936), 5000)
        self.assertEqual(inflow.arrived(b"x" * 4936), 0)
        self.assertEqual(inflow.taken(b"x" * 4936), 5000)

    def test_messages_that_nobody_reads_cost_no_memory_and_no_credit(self) -> None:
        inflow = Inflow(1000, buffered_bytes_max=1)
        for _ in range(100):
            self.assertEqual(inflow.ignored(b"x" * 936), 1000)


if __name__ == "__main__":
    unittest.main()
