"""Clients of the services of icds/v1/audit.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import audit_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


class AuditServiceClient:
    """The log of use and disclosure (Act 906/2019 section 17; fields as in Act 703/2023 section 10).
    """

    LIST_ACCESSES: Method[
        audit_pb2.ListAccessesRequest, audit_pb2.ListAccessesResponse
    ] = Method(
        "icds.v1.AuditService/ListAccesses", CallKind.UNARY,
        audit_pb2.ListAccessesRequest, audit_pb2.ListAccessesResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list_accesses(
        self, request: audit_pb2.ListAccessesRequest, options: CallOptions | None = None
    ) -> audit_pb2.ListAccessesResponse:
        """Lists the accesses to one client's data, or to all clients' data, newest first. The
        listing is itself an access and appears in later listings.

        Errors: INVALID_ARGUMENT/INVALID_FIELD, also for a page token that is not ours.
        """
        return self._caller.unary(self.LIST_ACCESSES, request, options)
