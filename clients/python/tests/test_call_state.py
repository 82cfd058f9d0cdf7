"""The states of a call, by every frame that a server may send."""

import unittest

from icds_client.call_state import CallState
from icds_client.errors import Code, ProtocolViolation, RPCError
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.method import CallKind

LIMITS = wire.ConnectionLimits(call_credit_bytes=1000, connection_credit_bytes=1000)
LEADING = wire.MetadataEntry(key="leading", value=b"1")
TRAILING = wire.MetadataEntry(key="trailing-bin", value=b"\xab")


def message(payload: bytes = b"x", **fields: object) -> wire.Message:
    made = wire.Message(call_id=1, payload=payload, has_payload=True)
    made.MergeFrom(wire.Message(**fields))  # type: ignore[arg-type]
    return made


class CallStateTests(unittest.TestCase):
    def test_a_unary_answer_is_the_payload_of_its_end(self) -> None:
        state = CallState(CallKind.UNARY, LIMITS)
        state.received_end(wire.End(
            call_id=1, payload=b"answer", metadata=[LEADING], trailing_metadata=[TRAILING]))
        self.assertEqual(state.take(), (b"answer", 0))
        self.assertEqual(list(state.metadata), [("leading", "1")])
        self.assertEqual(list(state.trailing_metadata), [("trailing-bin", b"\xab")])

    def test_messages_before_a_failed_end_can_still_be_taken(self) -> None:
        state = CallState(CallKind.SERVER_STREAM, LIMITS)
        state.received_message(message(b"first"))
        state.received_end(wire.End(call_id=1, status=wire.Status(code=5, reason="GONE")))
        self.assertEqual(state.take()[0], b"first")
        self.assertFalse(state.has_message)
        self.assertEqual(state.error and (state.error.code, state.error.reason),
                         (Code.NOT_FOUND, "GONE"))

    def test_an_unknown_code_counts_as_unknown(self) -> None:
        state = CallState(CallKind.UNARY, LIMITS)
        state.received_end(wire.End(call_id=1, status=wire.Status(code=99)))
        self.assertEqual(state.error and state.error.code, Code.UNKNOWN)

    def test_leading_metadata_may_come_alone_but_only_first(self) -> None:
        state = CallState(CallKind.BIDIRECTIONAL, LIMITS)
        self.assertEqual(state.received_message(
            wire.Message(call_id=1, metadata=[LEADING])), 0)
        self.assertTrue(state.has_answer)
        self.assertFalse(state.has_message)
        with self.assertRaises(ProtocolViolation):
            state.received_message(message(metadata=[LEADING]))

    def test_what_a_server_may_not_send_is_a_violation(self) -> None:
        for kind, bad in [
            (CallKind.UNARY, message()), (CallKind.CLIENT_STREAM, message()),
            (CallKind.SERVER_STREAM, message(end_of_stream=True)),
            (CallKind.BIDIRECTIONAL, wire.Message(call_id=1)),
        ]:
            with self.subTest(kind), self.assertRaises(ProtocolViolation):
                CallState(kind, LIMITS).received_message(bad)

    def test_a_stream_of_answers_has_none_in_its_end(self) -> None:
        with self.assertRaises(ProtocolViolation):
            CallState(CallKind.BIDIRECTIONAL, LIMITS).received_end(
                wire.End(call_id=1, payload=b"x"))

    def test_sending_without_credit_is_a_violation(self) -> None:
        state = CallState(CallKind.SERVER_STREAM, LIMITS)
        state.received_message(message(b"x" * 936))
        with self.assertRaises(ProtocolViolation):
            state.received_message(message(b""))

    def test_reading_gives_credit_back_while_the_call_is_open(self) -> None:
        state = CallState(CallKind.SERVER_STREAM, LIMITS)
        state.received_message(message(b"x" * 436))
        state.received_message(message(b"x" * 436))
        self.assertEqual(state.buffered_bytes, 1000)
        self.assertEqual(state.take()[1], 500)
        state.received_end(wire.End(call_id=1))
        self.assertEqual(state.take()[1], 0)

    def test_failing_locally_drops_what_was_not_read_and_stays(self) -> None:
        state = CallState(CallKind.SERVER_STREAM, LIMITS)
        state.received_message(message())
        state.fail(RPCError(Code.CANCELLED, "CANCELLED", ""))
        state.fail(RPCError(Code.INTERNAL, "OTHER", ""))
        self.assertFalse(state.has_message)
        self.assertEqual(state.error and state.error.reason, "CANCELLED")

    def test_cancelled_after_our_deadline_reads_as_deadline_exceeded(self) -> None:
        state = CallState(CallKind.UNARY, LIMITS)
        state.received_end(wire.End(call_id=1, status=wire.Status(code=1, reason="CANCELLED")))
        state.read_as_deadline_exceeded()
        self.assertEqual(state.error and state.error.code, Code.DEADLINE_EXCEEDED)


if __name__ == "__main__":
    unittest.main()
