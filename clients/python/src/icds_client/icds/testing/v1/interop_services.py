"""Clients of the services of icds/testing/v1/interop.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.testing.v1 import interop_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions
from icds_client.streams import BidirectionalCall, ClientStreamCall, ResponseStream


class TestServiceClient:
    """Answers with payloads of the sizes that it is asked for, and echoes statuses and metadata.

    Every method sends the metadata `x-grpc-test-echo-initial` back as leading and
    `x-grpc-test-echo-trailing-bin` as trailing metadata.

    Errors: the status that was asked for, with the reason ECHOED_STATUS;
    INVALID_ARGUMENT/UNKNOWN_CODE where its code is not 0 to 16;
    INVALID_ARGUMENT/PAYLOAD_TOO_LARGE for a payload that would be over the limit of a message.
    """

    EMPTY_CALL: Method[
        interop_pb2.EmptyCallRequest, interop_pb2.EmptyCallResponse
    ] = Method(
        "icds.testing.v1.TestService/EmptyCall", CallKind.UNARY,
        interop_pb2.EmptyCallRequest, interop_pb2.EmptyCallResponse,
        is_idempotent=True)
    UNARY_CALL: Method[
        interop_pb2.UnaryCallRequest, interop_pb2.UnaryCallResponse
    ] = Method(
        "icds.testing.v1.TestService/UnaryCall", CallKind.UNARY,
        interop_pb2.UnaryCallRequest, interop_pb2.UnaryCallResponse,
        is_idempotent=False)
    STREAMING_OUTPUT_CALL: Method[
        interop_pb2.StreamingOutputCallRequest, interop_pb2.StreamingOutputCallResponse
    ] = Method(
        "icds.testing.v1.TestService/StreamingOutputCall", CallKind.SERVER_STREAM,
        interop_pb2.StreamingOutputCallRequest, interop_pb2.StreamingOutputCallResponse,
        is_idempotent=False)
    STREAMING_INPUT_CALL: Method[
        interop_pb2.StreamingInputCallRequest, interop_pb2.StreamingInputCallResponse
    ] = Method(
        "icds.testing.v1.TestService/StreamingInputCall", CallKind.CLIENT_STREAM,
        interop_pb2.StreamingInputCallRequest, interop_pb2.StreamingInputCallResponse,
        is_idempotent=False)
    FULL_DUPLEX_CALL: Method[
        interop_pb2.FullDuplexCallRequest, interop_pb2.FullDuplexCallResponse
    ] = Method(
        "icds.testing.v1.TestService/FullDuplexCall", CallKind.BIDIRECTIONAL,
        interop_pb2.FullDuplexCallRequest, interop_pb2.FullDuplexCallResponse,
        is_idempotent=False)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def empty_call(
        self, request: interop_pb2.EmptyCallRequest, options: CallOptions | None = None
    ) -> interop_pb2.EmptyCallResponse:
        """Nothing in, nothing out."""
        return self._caller.unary(self.EMPTY_CALL, request, options)

    def unary_call(
        self, request: interop_pb2.UnaryCallRequest, options: CallOptions | None = None
    ) -> interop_pb2.UnaryCallResponse:
        """One request, one response of `response_size` zero bytes, or the status that is asked for.
        """
        return self._caller.unary(self.UNARY_CALL, request, options)

    def streaming_output_call(
        self, request: interop_pb2.StreamingOutputCallRequest, options: CallOptions | None = None
    ) -> ResponseStream[interop_pb2.StreamingOutputCallResponse]:
        """One request, a response for each of its `response_parameters`, in their order."""
        return self._caller.server_stream(self.STREAMING_OUTPUT_CALL, request, options)

    def streaming_input_call(
        self, options: CallOptions | None = None
    ) -> ClientStreamCall[interop_pb2.StreamingInputCallRequest, interop_pb2.StreamingInputCallResponse]:
        """Any number of requests, one response with the sum of their payloads' sizes."""
        return self._caller.client_stream(self.STREAMING_INPUT_CALL, options)

    def full_duplex_call(
        self, options: CallOptions | None = None
    ) -> BidirectionalCall[interop_pb2.FullDuplexCallRequest, interop_pb2.FullDuplexCallResponse]:
        """Requests and responses interleaved: each request is answered, as it comes, with a response
        for each of its `response_parameters`. A request with a `response_status` ends the call
        with it.
        """
        return self._caller.bidirectional(self.FULL_DUPLEX_CALL, options)
