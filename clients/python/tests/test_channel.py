"""A channel: connecting again, retries, the pool."""

import dataclasses
import threading
import time
import unittest

from icds_client import (
    Backoff, CallOptions, Cancellation, ChannelOptions, Code, ConnectionOptions, RPCError,
    TraceContext)
from icds_client.icds.testing.v1 import interop_pb2 as test
from icds_client.interop.scripted_server import FIRST_GO_AWAY_ID, Peer
from tests.support import (
    CLIENT_STREAM, IDEMPOTENT, QUICK, SERVER_STREAM, UNARY, channel, serve)
from tests.test_connection import limits
from tests.test_streams import sized

REQUEST = test.UnaryCallRequest()


def answering(peer: Peer) -> None:
    """Answers every call well."""
    peer.hello()
    while (frame := peer.receive()) is not None:
        if frame.WhichOneof("kind") == "call":
            peer.answer(frame.call.call_id)


def losing(peer: Peer) -> None:
    """Loses the connection with a call open."""
    peer.hello()
    peer.call()
    peer.cut()


class ChannelTests(unittest.TestCase):
    def test_it_connects_again_after_the_server_has_gone_away(self) -> None:
        def draining(peer: Peer) -> None:
            peer.hello()
            peer.answer(peer.call().call_id)
            peer.go_away(FIRST_GO_AWAY_ID)
            peer.go_away(1)
            peer.until_closed()

        with serve(draining, answering) as server, channel(server) as calls:
            for _ in range(3):
                calls.unary(UNARY, REQUEST)
            self.assertEqual(server.accepted, 2)

    def test_a_call_above_the_last_id_is_made_again_whatever_its_method(self) -> None:
        def refusing(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.go_away(FIRST_GO_AWAY_ID)
            peer.go_away(0)
            peer.until_closed()

        with serve(refusing, answering) as server, channel(server) as calls:
            calls.unary(UNARY, REQUEST)
            self.assertEqual(server.accepted, 2)
        with serve(refusing, answering) as server, channel(server) as calls:
            stream = calls.server_stream(SERVER_STREAM, test.StreamingOutputCallRequest())
            self.assertEqual(list(stream), [])
            self.assertEqual(server.accepted, 2)

    def test_a_stream_that_has_begun_is_not_made_again(self) -> None:
        def refusing(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.stream(1, sized(1))
            peer.refuse(1, 8, "SERVER_BUSY")
            peer.until_closed()

        with serve(refusing) as server, channel(server) as calls:
            stream = calls.server_stream(SERVER_STREAM, test.StreamingOutputCallRequest())
            next(stream)
            with self.assertRaises(RPCError):
                next(stream)

    def test_a_lost_call_is_made_again_only_where_its_method_is_idempotent(self) -> None:
        with serve(losing, answering) as server, channel(server) as calls:
            calls.unary(IDEMPOTENT, REQUEST)
            self.assertEqual(server.accepted, 2)
        with serve(losing, answering) as server, channel(server) as calls:
            with self.assertRaises(RPCError) as caught:
                calls.unary(UNARY, REQUEST)
            self.assertEqual(caught.exception.reason, "CONNECTION_LOST")
            self.assertEqual(server.accepted, 1)

    def test_an_idempotent_stream_is_made_again_while_nothing_has_come(self) -> None:
        def seen(peer: Peer) -> None:
            peer.hello()
            call = peer.call()
            self.assertEqual([(e.key, e.value) for e in call.metadata],
                             [("icds-previous-attempts", b"1")])
            peer.stream(call.call_id, sized(1))
            peer.answer(call.call_id)
            peer.until_closed()

        method = dataclasses.replace(SERVER_STREAM, is_idempotent=True)
        with serve(losing, seen) as server, channel(server) as calls:
            stream = calls.server_stream(method, test.StreamingOutputCallRequest())
            self.assertEqual(len(list(stream)), 1)

    def test_attempts_and_budget_have_an_end(self) -> None:
        with serve(losing) as server, channel(server) as calls:
            for attempts in (4, 5, 6, 7):
                with self.assertRaises(RPCError):
                    calls.unary(IDEMPOTENT, REQUEST)
                self.assertEqual(server.accepted, attempts, "4 attempts, then the budget is used")

    def test_a_busy_server_says_when_to_come_back(self) -> None:
        def busy(peer: Peer) -> None:
            peer.hello()
            peer.refuse(peer.call().call_id, 8, "SERVER_BUSY", retry_milliseconds=60)
            peer.answer(peer.call().call_id)
            peer.until_closed()

        with serve(busy) as server, channel(server) as calls:
            start = time.monotonic()
            calls.unary(UNARY, REQUEST)
            self.assertGreaterEqual(time.monotonic() - start, 0.06)

    def test_other_failures_are_the_callers(self) -> None:
        def refusing(peer: Peer) -> None:
            peer.hello()
            peer.refuse(peer.call().call_id, 3, "INVALID_FIELD")
            self.assertEqual(peer.until_closed(), [])

        with serve(refusing) as server, channel(server) as calls:
            with self.assertRaises(RPCError) as caught:
                calls.unary(IDEMPOTENT, REQUEST)
            self.assertEqual(caught.exception.code, Code.INVALID_ARGUMENT)

    def test_no_server_fails_at_once_or_waits_as_the_caller_says(self) -> None:
        with serve(answering) as server:
            calls = channel(server, ChannelOptions(
                backoff=Backoff(initial_seconds=0.02, maximum_seconds=0.02), retry=QUICK.retry))
        with self.assertRaises(RPCError) as caught:
            calls.unary(UNARY, REQUEST)
        self.assertEqual(caught.exception.reason, "CONNECT_FAILED")
        with self.assertRaises(RPCError):
            calls.unary(UNARY, REQUEST, CallOptions(timeout_seconds=0.1, wait_for_ready=True))
        calls.close()

    def test_calls_share_a_connection_until_it_is_full(self) -> None:
        all_four = threading.Barrier(2, timeout=10)

        def two_places(peer: Peer) -> None:
            peer.hello(limits(open_calls_max=2))
            first, second = peer.call(), peer.call()
            all_four.wait()
            peer.answer(first.call_id)
            peer.answer(second.call_id)
            peer.until_closed()

        with serve(two_places) as server, channel(server) as calls:
            threads = [threading.Thread(target=calls.unary, args=(UNARY, REQUEST))
                       for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(10)
            self.assertEqual(server.accepted, 2)

    def test_a_full_pool_makes_callers_wait(self) -> None:
        def one_place(peer: Peer) -> None:
            peer.hello(limits(open_calls_max=1))
            for _ in range(8):
                peer.answer(peer.call().call_id)
            peer.until_closed()

        options = ChannelOptions(connections_max=1, backoff=QUICK.backoff, retry=QUICK.retry)
        with serve(one_place) as server, channel(server, options) as calls:
            threads = [threading.Thread(target=calls.unary, args=(UNARY, REQUEST))
                       for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(10)
            self.assertEqual(server.accepted, 1)

    def test_opening_a_client_stream_moves_to_a_new_connection(self) -> None:
        def leaving(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.go_away(1)
            peer.answer(1)
            peer.until_closed()

        with serve(leaving, answering) as server, channel(server) as calls:
            calls.unary(UNARY, REQUEST)
            calls.client_stream(CLIENT_STREAM).response()
            self.assertEqual(server.accepted, 2)

    def test_a_unary_call_is_cancelled_from_another_thread(self) -> None:
        is_open = threading.Event()

        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            is_open.set()
            self.assertEqual(peer.expect("cancel").cancel.call_id, 1)
            self.assertEqual(peer.until_closed(), [])

        cancellation = Cancellation()

        def cancel() -> None:
            is_open.wait(10)
            cancellation.cancel()

        with serve(script) as server, channel(server) as calls:
            canceller = threading.Thread(target=cancel)
            canceller.start()
            for _ in range(2):  # The second one is not even sent.
                with self.assertRaises(RPCError) as caught:
                    calls.unary(IDEMPOTENT, REQUEST, CallOptions(cancellation=cancellation))
                self.assertEqual(caught.exception.code, Code.CANCELLED)
            canceller.join(10)

    def test_the_trace_context_goes_along(self) -> None:
        parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

        def script(peer: Peer) -> None:
            peer.hello()
            call = peer.call()
            self.assertEqual([(e.key, e.value) for e in call.metadata],
                             [("traceparent", parent.encode()), ("tracestate", b"a=b")])
            peer.answer(call.call_id)
            peer.until_closed()

        with serve(script) as server, channel(server) as calls:
            calls.unary(UNARY, REQUEST, CallOptions(trace_context=TraceContext(parent, "a=b")))
        for bad in ("", parent[:-1], parent.replace("0af7651916cd43dd8448eb211c80319c", "0" * 32)):
            with self.assertRaises(ValueError):
                TraceContext(bad)

    def test_a_closed_channel_makes_no_calls(self) -> None:
        with serve(answering) as server:
            calls = channel(server)
            calls.unary(UNARY, REQUEST)
            calls.close()
            with self.assertRaises(RPCError) as caught:
                calls.unary(UNARY, REQUEST)
            self.assertEqual(caught.exception.reason, "CONNECTION_CLOSED")

    def test_many_threads_share_one_channel(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            while (frame := peer.receive()) is not None:
                request = test.UnaryCallRequest.FromString(frame.call.payload)
                peer.answer(frame.call.call_id, test.UnaryCallResponse(
                    payload=request.payload).SerializeToString())

        with serve(script) as server, channel(server) as calls:
            failures: list[BaseException] = []

            def work(size: int) -> None:
                try:
                    for _ in range(50):
                        request = test.UnaryCallRequest(payload=test.Payload(body=bytes(size)))
                        answer = calls.unary(UNARY, request)
                        self.assertEqual(len(answer.payload.body), size)
                except BaseException as error:  # Told to the test below.
                    failures.append(error)

            threads = [threading.Thread(target=work, args=(size * 1000,)) for size in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
            self.assertEqual(failures, [])
            self.assertEqual(server.accepted, 1)


class PoolOptionsTests(unittest.TestCase):
    def test_a_callers_short_deadline_makes_nobody_else_wait(self) -> None:
        def slow_once(peer: Peer) -> None:
            peer.until_closed()

        options = ChannelOptions(
            connection=ConnectionOptions(connect_timeout_seconds=10),
            backoff=Backoff(initial_seconds=100, maximum_seconds=100), retry=QUICK.retry)
        with serve(slow_once, answering) as server, channel(server, options) as calls:
            with self.assertRaises(RPCError) as caught:
                calls.unary(UNARY, REQUEST, CallOptions(timeout_seconds=0.1))
            self.assertEqual(caught.exception.code, Code.DEADLINE_EXCEEDED)
            calls.unary(UNARY, REQUEST)


if __name__ == "__main__":
    unittest.main()
