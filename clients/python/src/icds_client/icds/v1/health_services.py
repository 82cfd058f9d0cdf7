"""Clients of the services of icds/v1/health.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import health_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


class HealthServiceClient:
    """Whether the service can do its work."""

    CHECK: Method[
        health_pb2.CheckRequest, health_pb2.CheckResponse
    ] = Method(
        "icds.v1.HealthService/Check", CallKind.UNARY,
        health_pb2.CheckRequest, health_pb2.CheckResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def check(
        self, request: health_pb2.CheckRequest, options: CallOptions | None = None
    ) -> health_pb2.CheckResponse:
        """Checks the database and the schema versions now."""
        return self._caller.unary(self.CHECK, request, options)
