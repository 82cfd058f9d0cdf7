"""Clients of the services of icds/testing/v1/echo.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.testing.v1 import echo_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


class EchoServiceClient:
    """Sends back what it gets."""

    ECHO: Method[
        echo_pb2.EchoRequest, echo_pb2.EchoResponse
    ] = Method(
        "icds.testing.v1.EchoService/Echo", CallKind.UNARY,
        echo_pb2.EchoRequest, echo_pb2.EchoResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def echo(
        self, request: echo_pb2.EchoRequest, options: CallOptions | None = None
    ) -> echo_pb2.EchoResponse:
        """Sends back the payload."""
        return self._caller.unary(self.ECHO, request, options)
