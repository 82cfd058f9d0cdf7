"""The cases about what goes beside messages: statuses, metadata, identity."""

from __future__ import annotations

from icds_client.errors import Code
from icds_client.icds.testing.v1 import interop_pb2 as test
from icds_client.icds.testing.v1.interop_services import TestServiceClient
from icds_client.interop.case import (
    Context, duplex_request, expect, expect_error, large_request)
from icds_client.metadata import Metadata
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions, ResponseMetadata

MESSAGE = "test status message"
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"

INITIAL = ("x-grpc-test-echo-initial", "test_initial_metadata_value")
TRAILING = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")


def status_code_and_message(context: Context) -> None:
    """A status comes as the service gave it, from a unary call and from a stream."""
    status = test.EchoStatus(code=2, message=MESSAGE)
    expect_error(
        lambda: context.service.unary_call(test.UnaryCallRequest(response_status=status)),
        Code.UNKNOWN, MESSAGE)
    with context.service.full_duplex_call() as call:
        call.send(test.FullDuplexCallRequest(response_status=status))
        call.finish()
        expect_error(lambda: next(call), Code.UNKNOWN, MESSAGE)


def special_status_message(context: Context) -> None:
    """White space and Unicode in a message come unharmed."""
    status = test.EchoStatus(code=2, message=SPECIAL_MESSAGE)
    expect_error(
        lambda: context.service.unary_call(test.UnaryCallRequest(response_status=status)),
        Code.UNKNOWN, SPECIAL_MESSAGE)


def custom_metadata(context: Context) -> None:
    """Text and binary metadata come back, leading and trailing, unary and stream."""
    answered = ResponseMetadata()
    options = CallOptions(metadata=(INITIAL, TRAILING), response_metadata=answered)
    context.service.unary_call(large_request(), options)
    _expect_echo(answered.leading, answered.trailing)
    with context.service.full_duplex_call(CallOptions(metadata=(INITIAL, TRAILING))) as call:
        call.send(duplex_request(314_159, 271_828))
        call.finish()
        expect(len(list(call)), 1, "answers")
        _expect_echo(call.metadata, call.trailing_metadata)


def _expect_echo(leading: Metadata, trailing: Metadata) -> None:
    expect([entry for entry in leading if entry[0] == INITIAL[0]], [INITIAL], "leading metadata")
    expect([entry for entry in trailing if entry[0] == TRAILING[0]], [TRAILING],
           "trailing metadata")


def unimplemented_method(context: Context) -> None:
    """A method that the service does not have."""
    _expect_unimplemented(context, "icds.testing.v1.TestService/UnimplementedCall")


def unimplemented_service(context: Context) -> None:
    """A service that the server does not have."""
    _expect_unimplemented(context, "icds.testing.v1.UnimplementedService/UnimplementedCall")


def _expect_unimplemented(context: Context, name: str) -> None:
    method = Method(name, CallKind.UNARY, test.EmptyCallRequest, test.EmptyCallResponse)
    expect_error(
        lambda: context.channel.unary(method, test.EmptyCallRequest()), Code.UNIMPLEMENTED)


def per_rpc_creds(context: Context) -> None:
    """There are no credentials of a call: the identity is the certificate's, whatever its
    metadata say."""
    with context.new_channel() as channel:
        admitted_as = channel.admitted_as
        claims = tuple((key, "urn:icds:operator:keha:admin") for key in (
            "authorization", "identity", "x-forwarded-client-cert", "tenant"))
        answer = TestServiceClient(channel).unary_call(
            test.UnaryCallRequest(fill_identity=True), CallOptions(metadata=claims))
        expect(answer.identity, admitted_as, "identity")


def compute_engine_channel_credentials(context: Context) -> None:
    """The channel's credential is the certificate: its URI is what the Hello and the service see."""
    with context.new_channel() as channel:
        answer = TestServiceClient(channel).unary_call(
            test.UnaryCallRequest(fill_identity=True))
        expect(answer.identity, channel.admitted_as, "identity")
