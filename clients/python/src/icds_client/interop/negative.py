"""gRPC's six negative cases (its interop/http2 tests) in our frames' terms: a server of a script
against the client."""

from __future__ import annotations

import threading
from collections.abc import Callable

from icds_client.channel import Channel
from icds_client.errors import Code, RPCError
from icds_client.icds.testing.v1 import interop_pb2 as test
from icds_client.icds.testing.v1.interop_services import TestServiceClient
from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.interop.case import (
    LARGE_RESPONSE_BYTES, CaseFailed, expect, expect_error, large_request, payload)
from icds_client.interop.scripted_server import FIRST_GO_AWAY_ID, LIMITS, Peer, Script
from icds_client.options import CallOptions

#: A script, and what the client does against it.
NegativeCase = tuple[Script, Callable[[Channel], None]]

TIMEOUT = CallOptions(timeout_seconds=10)
MAX_STREAMS_CALLS = 15


def large_answer() -> bytes:
    """What the cases' unary calls are answered with."""
    return test.UnaryCallResponse(payload=payload(LARGE_RESPONSE_BYTES)).SerializeToString()


def goaway() -> NegativeCase:
    """After a GoAway the next call is made on a new connection."""
    def script(peer: Peer) -> None:
        peer.hello()
        call = peer.call()
        peer.go_away(FIRST_GO_AWAY_ID)
        peer.answer(call.call_id, large_answer())
        peer.go_away(call.call_id)
        if peer.until_closed():
            raise AssertionError("a frame after the second GoAway")

    def client(channel: Channel) -> None:
        for connections in (1, 2):
            answer = TestServiceClient(channel).unary_call(large_request(), TIMEOUT)
            expect(len(answer.payload.body), LARGE_RESPONSE_BYTES, "size")
            expect(channel.connections_opened, connections, "connections")

    return script, client


def rst_after_header() -> NegativeCase:
    """The server ends the stream behind its leading metadata: its status is the call's."""
    def script(peer: Peer) -> None:
        peer.hello()
        call = peer.call()
        peer.send(wire.Frame(message=wire.Message(
            call_id=call.call_id, metadata=[wire.MetadataEntry(key="leading", value=b"1")])))
        peer.refuse(call.call_id, Code.INTERNAL, "RESET")
        peer.until_closed()

    def client(channel: Channel) -> None:
        stream = TestServiceClient(channel).streaming_output_call(
            test.StreamingOutputCallRequest(), TIMEOUT)
        error = expect_error(lambda: next(stream), Code.INTERNAL)
        expect(error.reason, "RESET", "reason")
        expect(list(error.metadata), [("leading", "1")], "metadata")

    return script, client


def rst_during_data() -> NegativeCase:
    """The connection ends inside a frame: nothing of the frame is taken for an answer."""
    def script(peer: Peer) -> None:
        peer.hello()
        peer.call()
        peer.send_bytes((100_000).to_bytes(4, "big") + b"\x32" + bytes(1000))
        peer.cut()

    def client(channel: Channel) -> None:
        error = expect_error(
            lambda: TestServiceClient(channel).unary_call(large_request(), TIMEOUT),
            Code.UNAVAILABLE)
        expect(error.reason, "CONNECTION_LOST", "reason")
        expect(error.is_safe_to_retry, False, "safe to retry")

    return script, client


def rst_after_data() -> NegativeCase:
    """A status behind messages: they are delivered first, then the status."""
    def script(peer: Peer) -> None:
        peer.hello()
        call = peer.call()
        response = test.StreamingOutputCallResponse(payload=payload(1000))
        peer.stream(call.call_id, response.SerializeToString())
        peer.refuse(call.call_id, Code.INTERNAL, "RESET")
        peer.until_closed()

    def client(channel: Channel) -> None:
        stream = TestServiceClient(channel).streaming_output_call(
            test.StreamingOutputCallRequest(), TIMEOUT)
        expect(len(next(stream).payload.body), 1000, "size")
        expect(expect_error(lambda: next(stream), Code.INTERNAL).reason, "RESET", "reason")

    return script, client


def ping() -> NegativeCase:
    """Pings around a call are answered, with their values, and the call goes on."""
    def script(peer: Peer) -> None:
        peer.hello()
        call = peer.call()
        for opaque in (0, 1, 2**64 - 1):
            peer.send(wire.Frame(ping=wire.Ping(opaque=opaque)))
            if peer.expect("pong").pong.opaque != opaque:
                raise AssertionError("another value")
        peer.answer(call.call_id, large_answer())
        peer.until_closed()

    def client(channel: Channel) -> None:
        answer = TestServiceClient(channel).unary_call(large_request(), TIMEOUT)
        expect(len(answer.payload.body), LARGE_RESPONSE_BYTES, "size")

    return script, client


def max_streams() -> NegativeCase:
    """Where the server allows one open call a connection, there is never a second one."""
    def script(peer: Peer) -> None:
        limits = wire.ConnectionLimits()
        limits.CopyFrom(LIMITS)
        limits.open_calls_max = 1
        peer.hello(limits)
        while (frame := peer.receive()) is not None:
            peer.send(wire.Frame(ping=wire.Ping(opaque=frame.call.call_id)))
            peer.expect("pong")  # A second Call would have come before it, or would now.
            peer.answer(frame.call.call_id, large_answer())

    def client(channel: Channel) -> None:
        failures: list[RPCError] = []

        def call() -> None:
            try:
                TestServiceClient(channel).unary_call(large_request(), TIMEOUT)
            except RPCError as error:
                failures.append(error)

        threads = [threading.Thread(target=call) for _ in range(MAX_STREAMS_CALLS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise CaseFailed(f"{len(failures)} calls failed, the first one: {failures[0]}")

    return script, client
