"""Clients of the services of icds/v1/audit.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import audit_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions
from icds_client.streams import ResponseStream


class AuditServiceClient:
    """The log of use and disclosure (Act 906/2019 section 17; fields as in Act 703/2023 section 10).
    """

    LIST_ACCESSES: Method[
        audit_pb2.ListAccessesRequest, audit_pb2.ListAccessesResponse
    ] = Method(
        "icds.v1.AuditService/ListAccesses", CallKind.UNARY,
        audit_pb2.ListAccessesRequest, audit_pb2.ListAccessesResponse,
        is_idempotent=True)
    EXPORT_ACCESSES: Method[
        audit_pb2.ExportAccessesRequest, audit_pb2.ExportAccessesResponse
    ] = Method(
        "icds.v1.AuditService/ExportAccesses", CallKind.SERVER_STREAM,
        audit_pb2.ExportAccessesRequest, audit_pb2.ExportAccessesResponse,
        is_idempotent=True)
    GET_CHECKPOINT: Method[
        audit_pb2.GetCheckpointRequest, audit_pb2.GetCheckpointResponse
    ] = Method(
        "icds.v1.AuditService/GetCheckpoint", CallKind.UNARY,
        audit_pb2.GetCheckpointRequest, audit_pb2.GetCheckpointResponse,
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

    def export_accesses(
        self, request: audit_pb2.ExportAccessesRequest, options: CallOptions | None = None
    ) -> ResponseStream[audit_pb2.ExportAccessesResponse]:
        """Sends the log in a form that can be verified offline, with nothing but the operator's
        public key: rows as their leaves cover them, seals, and proofs that lead to checkpoints
        (docs/audit.md). First comes `start`, then proofs, then rows, each seal after the rows
        that it added, then rows that no seal covers yet, and `end`. Nothing in it says who acted
        or why: that part stays encrypted. The export is itself an access.

        Errors: INVALID_ARGUMENT/INVALID_FIELD.
        """
        return self._caller.server_stream(self.EXPORT_ACCESSES, request, options)

    def get_checkpoint(
        self, request: audit_pb2.GetCheckpointRequest, options: CallOptions | None = None
    ) -> audit_pb2.GetCheckpointResponse:
        """The newest checkpoint of the operator's log, over all municipalities' logs. Whoever keeps
        it can show later that a log was rewritten.

        Errors: NOT_FOUND/CHECKPOINT_NOT_FOUND where none was made yet;
        INVALID_ARGUMENT/INVALID_FIELD for a known size over the log's.
        """
        return self._caller.unary(self.GET_CHECKPOINT, request, options)
