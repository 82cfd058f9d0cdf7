"""Clients of the services of icds/v1/quotas.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import quotas_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


class QuotaServiceClient:
    """What an organisation may take of the database, and what it takes."""

    GET_QUOTA: Method[
        quotas_pb2.GetQuotaRequest, quotas_pb2.GetQuotaResponse
    ] = Method(
        "icds.v1.QuotaService/GetQuota", CallKind.UNARY,
        quotas_pb2.GetQuotaRequest, quotas_pb2.GetQuotaResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def get_quota(
        self, request: quotas_pb2.GetQuotaRequest, options: CallOptions | None = None
    ) -> quotas_pb2.GetQuotaResponse:
        """Reads the caller's own quota and what it takes of the server that is asked now."""
        return self._caller.unary(self.GET_QUOTA, request, options)
