"""Streaming calls: messages, credit, cancelling, metadata."""

import gc
import threading
import unittest

from icds_client import CallOptions, ChannelOptions, Code, ResponseMetadata, RPCError
from icds_client.icds.testing.v1 import interop_pb2 as test
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.interop.scripted_server import Peer
from icds_client.options import ConnectionOptions
from tests.support import BIDIRECTIONAL, CLIENT_STREAM, SERVER_STREAM, channel, eventually, serve
from tests.test_connection import limits

OUTPUT = test.StreamingOutputCallResponse
INPUT = test.StreamingInputCallRequest


def sized(size: int) -> bytes:
    """A response with a payload of so many bytes."""
    return OUTPUT(payload=test.Payload(body=bytes(size))).SerializeToString()


class StreamTests(unittest.TestCase):
    def test_a_server_stream_gives_messages_then_ends(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            call = peer.call()
            self.assertTrue(call.end_of_stream)
            self.assertFalse(call.has_payload, "only for methods that take many messages")
            for size in (3, 0, 5):
                peer.stream(call.call_id, sized(size))
            peer.answer(call.call_id)
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            stream = calls.server_stream(SERVER_STREAM, test.StreamingOutputCallRequest())
            self.assertEqual([len(answer.payload.body) for answer in stream], [3, 0, 5])

    def test_metadata_comes_before_and_behind_the_messages(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            call = peer.call()
            self.assertEqual([(e.key, e.value) for e in call.metadata], [("ask-bin", b"\xab")])
            peer.send(wire.Frame(message=wire.Message(
                call_id=1, metadata=[wire.MetadataEntry(key="leading", value=b"1")])))
            peer.stream(1, sized(1))
            peer.send(wire.Frame(end=wire.End(call_id=1, trailing_metadata=[
                wire.MetadataEntry(key="trailing-bin", value=b"\xab")])))
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            filled = ResponseMetadata()
            stream = calls.server_stream(
                SERVER_STREAM, test.StreamingOutputCallRequest(),
                CallOptions(metadata=[("ask-bin", b"\xab")], response_metadata=filled))
            self.assertEqual(list(stream.metadata), [("leading", "1")])
            self.assertEqual(len(list(stream)), 1)
            self.assertEqual(list(stream.trailing_metadata), [("trailing-bin", b"\xab")])
            self.assertEqual((list(filled.leading), list(filled.trailing)),
                             ([("leading", "1")], [("trailing-bin", b"\xab")]))

    def test_a_client_stream_sends_messages_then_half_closes(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            call = peer.call()
            self.assertFalse(call.end_of_stream or call.has_payload)
            messages = [peer.message() for _ in range(3)]
            self.assertEqual([(m.has_payload, m.end_of_stream) for m in messages],
                             [(True, False), (True, False), (False, True)])
            peer.answer(1, test.StreamingInputCallResponse(
                aggregated_payload_size=7).SerializeToString())
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            call = calls.client_stream(CLIENT_STREAM)
            self.assertTrue(call.send(INPUT()))
            self.assertTrue(call.send(INPUT()))
            self.assertEqual(call.response().aggregated_payload_size, 7)

    def test_a_sender_waits_for_credit_of_its_call_and_of_the_connection(self) -> None:
        may_give, gave_call = threading.Event(), threading.Event()
        costs = len(INPUT(payload=test.Payload(body=bytes(200))).SerializeToString()) + 64

        def script(peer: Peer) -> None:
            peer.hello(limits(call_credit_bytes=100, connection_credit_bytes=costs * 3))
            peer.call()
            peer.message()
            may_give.wait(10)
            peer.send(wire.Frame(credit=wire.Credit(call_id=1, bytes=costs * 10)))
            gave_call.set()
            peer.message()
            peer.message()
            # The connection's window is at zero now: nothing comes before this Credit.
            peer.send(wire.Frame(credit=wire.Credit(call_id=0, bytes=1)))
            peer.message()
            peer.answer(1)
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            call = calls.client_stream(CLIENT_STREAM)
            request = INPUT(payload=test.Payload(body=bytes(200)))
            call.send(request)
            sender = threading.Thread(target=lambda: [call.send(request) for _ in range(3)])
            sender.start()
            sender.join(0.05)
            self.assertTrue(sender.is_alive(), "there is no credit yet")
            may_give.set()
            sender.join(10)
            self.assertFalse(sender.is_alive())
            call.response()

    def test_a_slow_reader_stops_its_writer_and_no_other_call(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello(limits(call_credit_bytes=1000, connection_credit_bytes=2000))
            slow, quick = peer.call(), peer.call()
            peer.stream(slow.call_id, sized(990))  # uses up the call's credit
            self.assertEqual(peer.expect("credit").credit.call_id, 0)
            for _ in range(5):
                peer.stream(quick.call_id, sized(990))
                credits = [peer.expect("credit").credit for _ in range(2)]
                self.assertEqual({c.call_id for c in credits}, {0, quick.call_id})
            peer.answer(quick.call_id)
            credit = peer.expect("credit").credit
            self.assertEqual((credit.call_id, credit.bytes), (slow.call_id, len(sized(990)) + 64))
            peer.answer(slow.call_id)
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            request = test.StreamingOutputCallRequest()
            slow = calls.server_stream(SERVER_STREAM, request)
            quick = calls.server_stream(SERVER_STREAM, request)
            self.assertEqual(len(list(quick)), 5)
            self.assertEqual(len(list(slow)), 1)

    def test_sending_to_a_failed_call_raises_its_status(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.refuse(1, 9, "NOT_NOW")
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            call = calls.bidirectional(BIDIRECTIONAL)
            with self.assertRaises(RPCError) as caught:
                next(call)
            self.assertEqual(caught.exception.reason, "NOT_NOW")
            with self.assertRaises(RPCError):
                call.send(test.FullDuplexCallRequest())

    def test_a_call_that_ended_well_takes_no_more(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.answer(1)
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            call = calls.bidirectional(BIDIRECTIONAL)
            self.assertEqual(list(call), [])
            self.assertFalse(call.send(test.FullDuplexCallRequest()))

    def test_streams_left_early_are_cancelled(self) -> None:
        cancelled: list[int] = []

        def script(peer: Peer) -> None:
            peer.hello()
            for _ in range(3):
                call = peer.call()
                peer.stream(call.call_id, sized(1))
                self.assertEqual(peer.expect("cancel").cancel.call_id, call.call_id)
                peer.stream(call.call_id, sized(1))  # crossed the Cancel
                peer.refuse(call.call_id, 1, "CANCELLED")
                cancelled.append(call.call_id)
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            request = test.StreamingOutputCallRequest()
            stream = calls.server_stream(SERVER_STREAM, request)
            next(stream)
            stream.cancel()
            with self.assertRaises(RPCError) as caught:
                next(stream)
            self.assertEqual(caught.exception.code, Code.CANCELLED)
            with calls.server_stream(SERVER_STREAM, request) as left:
                next(left)
            forgotten = calls.server_stream(SERVER_STREAM, request)
            next(forgotten)
            del forgotten
            gc.collect()
            eventually(self, lambda: cancelled == [1, 2, 3], "the last one was not cancelled")

    def test_cancelling_wakes_a_reader_of_another_thread(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            call = calls.bidirectional(BIDIRECTIONAL)
            errors: list[Code] = []

            def read() -> None:
                try:
                    next(call)
                except RPCError as error:
                    errors.append(error.code)

            reader = threading.Thread(target=read)
            reader.start()
            call.cancel()
            reader.join(10)
            self.assertEqual(errors, [Code.CANCELLED])

    def test_an_answer_that_cannot_be_decoded_is_an_error_of_the_call_alone(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.stream(1, b"\x0a\xff")
            self.assertEqual(peer.expect("cancel").cancel.call_id, 1)
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            stream = calls.server_stream(SERVER_STREAM, test.StreamingOutputCallRequest())
            with self.assertRaises(RPCError) as caught:
                next(stream)
            self.assertEqual(caught.exception.reason, "MALFORMED_MESSAGE")

    def test_an_end_with_an_answer_for_a_stream_of_answers_fails_the_call(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.answer(1, b"answer")
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            stream = calls.server_stream(SERVER_STREAM, test.StreamingOutputCallRequest())
            with self.assertRaises(RPCError) as caught:
                next(stream)
            self.assertEqual(caught.exception.reason, "PROTOCOL_ERROR")

    def test_a_message_over_our_own_limit_ends_its_call(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.stream(1, sized(200))
            self.assertEqual(peer.expect("cancel").cancel.call_id, 1)
            peer.until_closed()

        options = ChannelOptions(connection=ConnectionOptions(message_bytes_max=100))
        with serve(script) as server, channel(server, options) as calls:
            stream = calls.server_stream(SERVER_STREAM, test.StreamingOutputCallRequest())
            with self.assertRaises(RPCError) as caught:
                next(stream)
            self.assertEqual(caught.exception.reason, "RESPONSE_TOO_LARGE")

    def test_a_thousand_calls_leave_no_thread(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            while (frame := peer.receive()) is not None:
                peer.answer(frame.call.call_id)

        before = threading.active_count()
        with serve(script) as server:
            with channel(server) as calls:
                for _ in range(1000):
                    list(calls.server_stream(SERVER_STREAM, test.StreamingOutputCallRequest()))
        eventually(self, lambda: threading.active_count() == before, "a thread is left")


if __name__ == "__main__":
    unittest.main()
