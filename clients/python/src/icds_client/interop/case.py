"""What every interoperability case gets, and how it says that something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from icds_client.channel import Channel
from icds_client.errors import Code, RPCError
from icds_client.icds.testing.v1 import interop_pb2 as test
from icds_client.icds.testing.v1.interop_services import TestServiceClient

#: Sizes that gRPC's description of the cases gives.
LARGE_REQUEST_BYTES = 271_828
LARGE_RESPONSE_BYTES = 314_159
REQUEST_BYTES = (27_182, 8, 1_828, 45_904)
RESPONSE_BYTES = (31_415, 9, 2_653, 58_979)


class CaseFailed(Exception):
    """What should have been and was not."""


@dataclass(frozen=True)
class Context:
    """`channel` is shared by the cases; `new_channel` makes one of the case's own; `soak_calls`
    and `concurrent_calls` say how much the long cases do."""

    channel: Channel
    new_channel: Callable[[], Channel]
    soak_calls: int = 10
    concurrent_calls: int = 1000

    @property
    def service(self) -> TestServiceClient:
        """The service, over the shared channel."""
        return TestServiceClient(self.channel)


Case = Callable[[Context], None]


def expect(found: object, wanted: object, what: str) -> None:
    """Fails the case where they differ."""
    if found != wanted:
        raise CaseFailed(f"{what}: {found!r} instead of {wanted!r}")


def expect_error(
    call: Callable[[], object], code: Code, message: str | None = None
) -> RPCError:
    """Fails the case unless the call fails with that code (and message)."""
    try:
        call()
    except RPCError as error:
        expect(error.code, code, "code")
        if message is not None:
            expect(error.message, message, "message")
        return error
    raise CaseFailed(f"the call went well instead of failing with {code.name}")


def payload(size: int) -> test.Payload:
    """So many zero bytes."""
    return test.Payload(body=bytes(size))


def large_request() -> test.UnaryCallRequest:
    """What large_unary sends."""
    return test.UnaryCallRequest(
        response_size=LARGE_RESPONSE_BYTES, payload=payload(LARGE_REQUEST_BYTES))


def duplex_request(
    response_bytes: int, request_bytes: int, interval_microseconds: int = 0
) -> test.FullDuplexCallRequest:
    """Asks for one response."""
    parameters = test.ResponseParameters(
        size=response_bytes, interval_microseconds=interval_microseconds)
    return test.FullDuplexCallRequest(
        response_parameters=[parameters], payload=payload(request_bytes))
