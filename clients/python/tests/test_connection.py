"""One connection against a server that follows a script."""

import os
import threading
import time
import unittest

from icds_client import CallKind, Code, Connection, ConnectionOptions, RPCError
from icds_client.framing import encode_frame
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.interop.scripted_server import FIRST_GO_AWAY_ID, LIMITS, Peer
from tests.support import connect, eventually, serve


def unary(connection: Connection, payload: bytes = b"", timeout: float | None = None) -> bytes:
    """One call by hand."""
    deadline = None if timeout is None else time.monotonic() + timeout
    call = connection.open_call("a.B/C", CallKind.UNARY, payload, deadline=deadline)
    return call.receive() or b""


def limits(**changed: int) -> wire.ConnectionLimits:
    made = wire.ConnectionLimits()
    made.CopyFrom(LIMITS)
    for name, value in changed.items():
        setattr(made, name, value)
    return made


class ConnectionTests(unittest.TestCase):
    def assert_fails(self, code: Code, reason: str, call: object) -> RPCError:
        with self.assertRaises(RPCError) as caught:
            call()  # type: ignore[operator]
        self.assertEqual((caught.exception.code, caught.exception.reason), (code, reason))
        return caught.exception

    def test_a_unary_call_is_one_frame_out_and_one_back(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            call = peer.call()
            self.assertEqual((call.call_id, call.method, call.payload, call.end_of_stream),
                             (1, "a.B/C", b"ask", True))
            self.assertFalse(call.has_payload)
            peer.answer(1, b"answer")
            self.assertEqual(peer.until_closed(), [])

        with serve(script) as server:
            connection = connect(server)
            self.assertEqual(unary(connection, b"ask"), b"answer")
            self.assertEqual(connection.admitted_as, "urn:icds:municipality:837:casework")
            connection.close()

    def test_answers_may_come_in_any_order(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            calls = [peer.call() for _ in range(3)]
            self.assertEqual([call.call_id for call in calls], [1, 2, 3])
            for call in reversed(calls):
                peer.answer(call.call_id, call.payload)
            peer.until_closed()

        with serve(script) as server:
            connection = connect(server)
            calls = [connection.open_call("a.B/C", CallKind.UNARY, name) for name in
                     (b"one", b"two", b"three")]
            self.assertEqual([call.receive() for call in calls], [b"one", b"two", b"three"])
            connection.close()

    def test_a_refused_admission_is_the_go_aways_error(self) -> None:
        def script(peer: Peer) -> None:
            peer.expect("hello")
            peer.go_away(0, 16, "SYSTEM_NOT_REGISTERED")

        with serve(script) as server:
            self.assert_fails(
                Code.UNAUTHENTICATED, "SYSTEM_NOT_REGISTERED", lambda: connect(server))

    def test_frames_that_come_with_the_hello_are_not_lost(self) -> None:
        answered = threading.Event()

        def script(peer: Peer) -> None:
            peer.expect("hello")
            hello = wire.Hello(versions=[1], limits=LIMITS)
            peer.send_bytes(encode_frame(wire.Frame(hello=hello))
                            + encode_frame(wire.Frame(ping=wire.Ping(opaque=5))))
            self.assertEqual(peer.expect("pong").pong.opaque, 5)
            answered.set()
            peer.until_closed()

        with serve(script) as server:
            connection = connect(server)
            answered.wait(10)
            connection.close()

    def test_a_server_that_never_says_hello_is_left_in_time(self) -> None:
        def script(peer: Peer) -> None:
            peer.until_closed()

        with serve(script) as server:
            self.assert_fails(
                Code.DEADLINE_EXCEEDED, "CONNECT_TIMEOUT",
                lambda: connect(server, ConnectionOptions(connect_timeout_seconds=0.2)))

    def test_the_deadline_is_kept_here_too_and_told_to_the_server(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            call = peer.call()
            self.assertTrue(0 < call.timeout_milliseconds <= 50)
            self.assertEqual(peer.expect("cancel").cancel.call_id, 1)
            peer.refuse(1, 1, "CANCELLED")
            peer.answer(peer.call().call_id)
            peer.until_closed()

        with serve(script) as server:
            connection = connect(server)
            self.assert_fails(Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED",
                              lambda: unary(connection, timeout=0.05))
            self.assertEqual(unary(connection), b"", "the late End harms nobody")
            connection.close()

    def test_calls_wait_for_a_place_where_the_server_allows_few(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello(limits(open_calls_max=1))
            for _ in range(3):
                call = peer.call()
                peer.answer(call.call_id)
            peer.until_closed()

        with serve(script) as server:
            connection = connect(server)
            first = connection.open_call("a.B/C", CallKind.UNARY, b"")
            threads = [threading.Thread(target=unary, args=(connection,)) for _ in range(2)]
            for thread in threads:
                thread.start()
            first.receive()
            for thread in threads:
                thread.join(10)
                self.assertFalse(thread.is_alive())
            connection.close()

    def test_a_call_that_was_given_up_keeps_its_place_until_its_end(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello(limits(open_calls_max=1))
            peer.call()
            peer.expect("cancel")
            peer.send(wire.Frame(ping=wire.Ping(opaque=1)))
            peer.expect("pong")  # and no Call before it
            peer.refuse(1, 1, "CANCELLED")
            peer.answer(peer.call().call_id)
            peer.until_closed()

        with serve(script) as server:
            connection = connect(server)
            connection.open_call("a.B/C", CallKind.UNARY, b"").cancel()
            self.assertEqual(unary(connection, timeout=10), b"")
            connection.close()

    def test_what_the_server_would_refuse_is_not_sent(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello(limits(message_bytes_max=100, metadata_bytes_max=10))
            self.assertEqual(peer.until_closed(), [])

        with serve(script) as server:
            connection = connect(server)
            self.assert_fails(Code.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE",
                              lambda: unary(connection, b"x" * 101))
            for metadata, reason in [
                ([("key", "12345678")], "METADATA_TOO_LARGE"), ([("Key", "1")], "BAD_METADATA"),
                ([("key", "å")], "BAD_METADATA"), ([("key-bin", "1")], "BAD_METADATA"),
                ([("k" * 65, "1")], "BAD_METADATA"),
            ]:
                with self.subTest(metadata=metadata), self.assertRaises(RPCError) as caught:
                    connection.open_call("a.B/C", CallKind.UNARY, b"", metadata)
                self.assertEqual(caught.exception.reason, reason)
            connection.close()

    def test_a_go_away_with_a_code_is_the_error_of_calls_that_were_taken(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.call()
            peer.go_away(1, 8, "TOO_MANY_PINGS")
            peer.until_closed()

        with serve(script) as server:
            connection = connect(server)
            first = connection.open_call("a.B/C", CallKind.UNARY, b"")
            second = connection.open_call("a.B/C", CallKind.UNARY, b"")
            self.assert_fails(Code.RESOURCE_EXHAUSTED, "TOO_MANY_PINGS", first.receive)
            error = self.assert_fails(Code.UNAVAILABLE, "NOT_PROCESSED", second.receive)
            self.assertTrue(error.is_safe_to_retry)

    def test_entries_of_metadata_and_the_least_timeout_are_the_hellos(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello(limits(metadata_entries_max=2, useful_milliseconds_min=5_000))
            call = peer.call()
            self.assertEqual((call.call_id, len(call.metadata)), (1, 2))
            self.assertGreaterEqual(call.timeout_milliseconds, 5_000)
            peer.answer(1)
            peer.until_closed()

        with serve(script) as server:
            connection = connect(server)
            entries = [("k", "v")] * 3
            self.assert_fails(
                Code.RESOURCE_EXHAUSTED, "METADATA_TOO_LARGE",
                lambda: connection.open_call("a.B/C", CallKind.UNARY, b"", entries))
            self.assert_fails(
                Code.DEADLINE_EXCEEDED, "DEADLINE_TOO_SHORT",
                lambda: unary(connection, timeout=4.9))
            call = connection.open_call(
                "a.B/C", CallKind.UNARY, b"", entries[:2], time.monotonic() + 60)
            self.assertEqual(call.receive(), b"")
            connection.close()

    def test_the_two_go_aways_let_running_calls_finish_and_fail_the_others(self) -> None:
        first_sent, second_call_open = threading.Event(), threading.Event()

        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            second_call_open.wait(10)
            peer.call()
            peer.go_away(FIRST_GO_AWAY_ID)
            peer.send(wire.Frame(ping=wire.Ping(opaque=7)))
            self.assertEqual(peer.expect("pong").pong.opaque, 7)
            first_sent.set()
            peer.go_away(1)
            peer.answer(1, b"done")
            self.assertEqual(peer.until_closed(), [])

        with serve(script) as server:
            connection = connect(server)
            first = connection.open_call("a.B/C", CallKind.UNARY, b"")
            second = connection.open_call("a.B/C", CallKind.UNARY, b"")
            second_call_open.set()
            first_sent.wait(10)
            self.assertFalse(connection.is_usable)
            error = self.assert_fails(Code.UNAVAILABLE, "NOT_PROCESSED", second.receive)
            self.assertTrue(error.is_safe_to_retry)
            self.assertEqual(first.receive(), b"done")
            self.assert_fails(Code.UNAVAILABLE, "NOT_PROCESSED", lambda: unary(connection))
            connection.transport.join(10)

    def test_violations_of_the_server_end_the_connection(self) -> None:
        bad = {
            "an End for a call that never was": wire.Frame(end=wire.End(call_id=9)),
            "a Credit for a call that never was": wire.Frame(
                credit=wire.Credit(call_id=9, bytes=1)),
            "a Call": wire.Frame(call=wire.Call(call_id=1)),
            "a Credit of 0": wire.Frame(credit=wire.Credit(call_id=0, bytes=0)),
            "a second Hello": wire.Frame(hello=wire.Hello(versions=[1])),
            "a Message for a unary call": wire.Frame(message=wire.Message(
                call_id=1, payload=b"x", has_payload=True)),
            "nothing": wire.Frame(),
        }
        for name, frame in bad.items():
            def script(peer: Peer, frame: wire.Frame = frame) -> None:
                peer.hello()
                peer.call()
                peer.send(frame)
                peer.until_closed()

            with self.subTest(name), serve(script) as server:
                connection = connect(server)
                self.assert_fails(Code.INTERNAL, "PROTOCOL_ERROR", lambda: unary(connection))
                connection.transport.join(10)

    def test_a_cut_connection_fails_its_calls_and_leaves_no_thread(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            peer.cut()

        before = threading.active_count()
        with serve(script) as server:
            connection = connect(server)
            self.assert_fails(Code.UNAVAILABLE, "CONNECTION_LOST", lambda: unary(connection))
            connection.close()
        eventually(self, lambda: threading.active_count() == before, "a thread is left")

    @unittest.skipUnless(os.path.isdir("/proc/self/fd"), "no list of open files here")
    def test_connections_leave_no_socket_open(self) -> None:
        def refusing(peer: Peer) -> None:
            peer.expect("hello")
            peer.go_away(0, 16, "SYSTEM_NOT_REGISTERED")

        def admitting(peer: Peer) -> None:
            peer.hello()
            peer.until_closed()

        connect_once = [refusing, admitting] * 5
        before = len(os.listdir("/proc/self/fd"))
        with serve(*connect_once) as server:
            for script in connect_once:
                if script is refusing:
                    with self.assertRaises(RPCError):
                        connect(server)
                else:
                    connect(server).close()
        eventually(self, lambda: len(os.listdir("/proc/self/fd")) == before, "a socket is open")

    def test_a_silent_server_is_pinged_and_given_up(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello(limits(ping_interval_milliseconds_min=0))
            peer.call()
            first = peer.expect("ping").ping
            peer.send(wire.Frame(pong=wire.Pong(opaque=first.opaque)))
            peer.expect("ping")
            peer.until_closed()

        options = ConnectionOptions(keepalive_seconds=0.05, keepalive_timeout_seconds=0.2)
        with serve(script) as server:
            connection = connect(server, options)
            self.assert_fails(Code.UNAVAILABLE, "CONNECTION_LOST", lambda: unary(connection))
            connection.transport.join(10)

    def test_closing_cancels_what_is_open(self) -> None:
        def script(peer: Peer) -> None:
            peer.hello()
            peer.call()
            self.assertEqual(peer.expect("cancel").cancel.call_id, 1)
            self.assertEqual(peer.until_closed(), [])

        with serve(script) as server:
            connection = connect(server)
            call = connection.open_call("a.B/C", CallKind.UNARY, b"")
            connection.close()
            self.assert_fails(Code.UNAVAILABLE, "CONNECTION_CLOSED", call.receive)


if __name__ == "__main__":
    unittest.main()
