"""The cases about messages: sizes, counts, order, the four kinds of call."""

from __future__ import annotations

from icds_client.errors import Code
from icds_client.icds.testing.v1 import interop_pb2 as test
from icds_client.interop.case import (
    LARGE_RESPONSE_BYTES, REQUEST_BYTES, RESPONSE_BYTES, CaseFailed, Context, duplex_request,
    expect, expect_error, large_request, payload)
from icds_client.options import CallOptions


def empty_unary(context: Context) -> None:
    """Messages of no bytes work."""
    answer = context.service.empty_call(test.EmptyCallRequest())
    expect(answer, test.EmptyCallResponse(), "answer")


def cacheable_unary(context: Context) -> None:
    """Two identical calls of a method without side effects have the same answer."""
    answers = [context.service.empty_call(test.EmptyCallRequest()) for _ in range(2)]
    expect(answers[1].SerializeToString(), answers[0].SerializeToString(), "second answer")


def large_unary(context: Context) -> None:
    """271 828 bytes there, 314 159 back."""
    answer = context.service.unary_call(large_request())
    expect(answer.payload.body, bytes(LARGE_RESPONSE_BYTES), "payload")


def client_streaming(context: Context) -> None:
    """Four requests, one answer with their sum."""
    with context.service.streaming_input_call() as call:
        for size in REQUEST_BYTES:
            call.send(test.StreamingInputCallRequest(payload=payload(size)))
        expect(call.response().aggregated_payload_size, 74_922, "sum")


def server_streaming(context: Context) -> None:
    """One request, four answers in their order."""
    request = test.StreamingOutputCallRequest(
        response_parameters=[test.ResponseParameters(size=size) for size in RESPONSE_BYTES])
    stream = context.service.streaming_output_call(request)
    expect([len(answer.payload.body) for answer in stream], list(RESPONSE_BYTES), "sizes")


def ping_pong(context: Context) -> None:
    """Four requests, each sent when the answer to the one before is there."""
    with context.service.full_duplex_call() as call:
        for request_bytes, response_bytes in zip(REQUEST_BYTES, RESPONSE_BYTES):
            call.send(duplex_request(response_bytes, request_bytes))
            expect(len(next(call).payload.body), response_bytes, "size")
        call.finish()
        expect(list(call), [], "further answers")


def empty_stream(context: Context) -> None:
    """Half-closing at once is a stream without messages."""
    with context.service.full_duplex_call() as call:
        call.finish()
        expect(list(call), [], "answers")


def timeout_on_sleeping_server(context: Context) -> None:
    """A timeout of 1 ms ends the call DEADLINE_EXCEEDED."""
    def call() -> None:
        options = CallOptions(timeout_seconds=0.001)
        with context.service.full_duplex_call(options) as stream:
            stream.send(duplex_request(31_415, 27_182, interval_microseconds=1_000_000))
            next(stream)

    context.service.empty_call(test.EmptyCallRequest())  # There is a connection now.
    expect_error(call, Code.DEADLINE_EXCEEDED)


def cancel_after_begin(context: Context) -> None:
    """Cancelling before any message ends the call CANCELLED."""
    call = context.service.streaming_input_call()
    call.cancel()
    expect_error(call.response, Code.CANCELLED)


def cancel_after_first_response(context: Context) -> None:
    """Cancelling a running stream ends it CANCELLED."""
    call = context.service.full_duplex_call()
    call.send(duplex_request(31_415, 27_182))
    expect(len(next(call).payload.body), 31_415, "size")
    call.cancel()
    expect_error(lambda: next(call), Code.CANCELLED)


def pick_first_unary(context: Context) -> None:
    """All calls of a channel go over one connection."""
    with context.new_channel() as channel:
        service = type(context.service)(channel)
        identities = {
            service.unary_call(test.UnaryCallRequest(fill_identity=True)).identity
            for _ in range(100)
        }
        expect(channel.connections_opened, 1, "connections")
        if len(identities) != 1 or not identities.pop():
            raise CaseFailed("not always the same identity")
