"""Clients of the services of icds/v1/tenants.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import tenants_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions
from icds_client.streams import ClientStreamCall, ResponseStream


class TenantServiceClient:
    """The municipalities as tenants of the database. Nothing here answers with a person's data."""

    LIST_TENANTS: Method[
        tenants_pb2.ListTenantsRequest, tenants_pb2.ListTenantsResponse
    ] = Method(
        "icds.v1.TenantService/ListTenants", CallKind.UNARY,
        tenants_pb2.ListTenantsRequest, tenants_pb2.ListTenantsResponse,
        is_idempotent=True)
    MIGRATE_TENANTS: Method[
        tenants_pb2.MigrateTenantsRequest, tenants_pb2.MigrateTenantsResponse
    ] = Method(
        "icds.v1.TenantService/MigrateTenants", CallKind.SERVER_STREAM,
        tenants_pb2.MigrateTenantsRequest, tenants_pb2.MigrateTenantsResponse,
        is_idempotent=True)
    EXPORT_TENANT: Method[
        tenants_pb2.ExportTenantRequest, tenants_pb2.ExportTenantResponse
    ] = Method(
        "icds.v1.TenantService/ExportTenant", CallKind.SERVER_STREAM,
        tenants_pb2.ExportTenantRequest, tenants_pb2.ExportTenantResponse,
        is_idempotent=True)
    RESTORE_TENANT: Method[
        tenants_pb2.RestoreTenantRequest, tenants_pb2.RestoreTenantResponse
    ] = Method(
        "icds.v1.TenantService/RestoreTenant", CallKind.CLIENT_STREAM,
        tenants_pb2.RestoreTenantRequest, tenants_pb2.RestoreTenantResponse,
        is_idempotent=False)
    DISCARD_REPLACED_TENANT: Method[
        tenants_pb2.DiscardReplacedTenantRequest, tenants_pb2.DiscardReplacedTenantResponse
    ] = Method(
        "icds.v1.TenantService/DiscardReplacedTenant", CallKind.UNARY,
        tenants_pb2.DiscardReplacedTenantRequest, tenants_pb2.DiscardReplacedTenantResponse,
        is_idempotent=False)
    ERASE_TENANT: Method[
        tenants_pb2.EraseTenantRequest, tenants_pb2.EraseTenantResponse
    ] = Method(
        "icds.v1.TenantService/EraseTenant", CallKind.UNARY,
        tenants_pb2.EraseTenantRequest, tenants_pb2.EraseTenantResponse,
        is_idempotent=False)
    MERGE_TENANTS: Method[
        tenants_pb2.MergeTenantsRequest, tenants_pb2.MergeTenantsResponse
    ] = Method(
        "icds.v1.TenantService/MergeTenants", CallKind.UNARY,
        tenants_pb2.MergeTenantsRequest, tenants_pb2.MergeTenantsResponse,
        is_idempotent=False)
    LIST_TENANT_EVENTS: Method[
        tenants_pb2.ListTenantEventsRequest, tenants_pb2.ListTenantEventsResponse
    ] = Method(
        "icds.v1.TenantService/ListTenantEvents", CallKind.UNARY,
        tenants_pb2.ListTenantEventsRequest, tenants_pb2.ListTenantEventsResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list_tenants(
        self, request: tenants_pb2.ListTenantsRequest, options: CallOptions | None = None
    ) -> tenants_pb2.ListTenantsResponse:
        """Lists municipalities by code: where each stands on its way to the system's use, and what
        version its schema has.

        Errors: INVALID_ARGUMENT/INVALID_FIELD, also for a page token that is not ours.
        """
        return self._caller.unary(self.LIST_TENANTS, request, options)

    def migrate_tenants(
        self, request: tenants_pb2.MigrateTenantsRequest, options: CallOptions | None = None
    ) -> ResponseStream[tenants_pb2.MigrateTenantsResponse]:
        """Brings the schemas of provisioned municipalities to the current version, each in a
        transaction of its own. The first is the canary: where it fails, the others are left as
        they are. After it they are worked on a few at a time, and one that fails does not stop
        the others; its failure is kept and listed. All of them are served meanwhile. Cancelling
        ends the run between municipalities; calling again goes on with what is behind, so that no
        idempotency key is needed.

        Answers with the plan, with a step as each municipality ends, and with how the run ended.

        Errors: INVALID_ARGUMENT/INVALID_FIELD; FAILED_PRECONDITION/NOT_PROVISIONED where one that
        is named, as the canary or otherwise, was never provisioned: then none is begun.
        """
        return self._caller.server_stream(self.MIGRATE_TENANTS, request, options)

    def export_tenant(
        self, request: tenants_pb2.ExportTenantRequest, options: CallOptions | None = None
    ) -> ResponseStream[tenants_pb2.ExportTenantResponse]:
        """Gives a municipality's whole content, as it is at one moment, as a file that only a holder
        of the master key can open: the operator keeps it and reads nothing of it. The
        municipality may be in use meanwhile. Answers with the bytes of the file, and at the end
        with what it holds. It takes no idempotency key: made again it gives a new file of what is
        there then, and leaves another event.

        Errors: NOT_FOUND/ORGANISATION_NOT_FOUND; FAILED_PRECONDITION/NOT_A_MUNICIPALITY;
        FAILED_PRECONDITION/NOT_PROVISIONED.
        """
        return self._caller.server_stream(self.EXPORT_TENANT, request, options)

    def restore_tenant(
        self, options: CallOptions | None = None
    ) -> ClientStreamCall[tenants_pb2.RestoreTenantRequest, tenants_pb2.RestoreTenantResponse]:
        """Makes a municipality's schema from such a file, all or nothing. A schema that is there is
        set aside first and kept until `DiscardReplacedTenant`; the municipality must not be let
        in. What was made is read again and must give the very content of the file.

        It takes no idempotency key, since its request is a stream. Where the answer was lost,
        read `ListTenantEvents` first: a restore that was done is its municipality's last event,
        with the digest of the file's content. Made again after one that was done, it is refused
        with REPLACED_SCHEMA_THERE where that one set a schema aside; where there was none, it
        sets aside what that one has made and restores the same content again, which
        `DiscardReplacedTenant` then tidies up.

        Errors: NOT_FOUND/ORGANISATION_NOT_FOUND; FAILED_PRECONDITION/NOT_A_MUNICIPALITY;
        FAILED_PRECONDITION/ORGANISATION_ENDED; FAILED_PRECONDITION/TENANT_NOT_SUSPENDED;
        FAILED_PRECONDITION/REPLACED_SCHEMA_THERE; INVALID_ARGUMENT/EXPORT_REFUSED for a file that
        is none, another municipality's, changed, or made by another program; FAILED_PRECONDITION/
        MASTER_KEY_UNKNOWN; UNAVAILABLE/TENANT_BUSY.
        """
        return self._caller.client_stream(self.RESTORE_TENANT, options)

    def discard_replaced_tenant(
        self, request: tenants_pb2.DiscardReplacedTenantRequest, options: CallOptions | None = None
    ) -> tenants_pb2.DiscardReplacedTenantResponse:
        """Drops the schema that a restore has replaced, for good.

        Errors: NOT_FOUND/ORGANISATION_NOT_FOUND; FAILED_PRECONDITION/NOT_A_MUNICIPALITY;
        NOT_FOUND/NOTHING_REPLACED; UNAVAILABLE/TENANT_BUSY.
        """
        return self._caller.unary(self.DISCARD_REPLACED_TENANT, request, options)

    def erase_tenant(
        self, request: tenants_pb2.EraseTenantRequest, options: CallOptions | None = None
    ) -> tenants_pb2.EraseTenantResponse:
        """Ends a municipality that is not let in, for good: its schema, keys, roles and certificates
        go. What remains is its entry in the register and the event, whose digest is the receipt.
        The caller shows that it holds an export of exactly what goes.

        Errors: INVALID_ARGUMENT/INVALID_FIELD; NOT_FOUND/ORGANISATION_NOT_FOUND;
        FAILED_PRECONDITION/NOT_A_MUNICIPALITY; FAILED_PRECONDITION/NOT_PROVISIONED;
        FAILED_PRECONDITION/ORGANISATION_ENDED; FAILED_PRECONDITION/TENANT_NOT_SUSPENDED;
        FAILED_PRECONDITION/EXPORT_STALE; UNAVAILABLE/TENANT_BUSY.
        """
        return self._caller.unary(self.ERASE_TENANT, request, options)

    def merge_tenants(
        self, request: tenants_pb2.MergeTenantsRequest, options: CallOptions | None = None
    ) -> tenants_pb2.MergeTenantsResponse:
        """Moves the clients of a municipality to the one that it was merged into, with sources,
        assessments and counties' parts; identity codes are sealed anew under the receiving one's
        key. Where it has a client of the same code, the client that comes is kept beside it,
        without the code, and both are named; an order of non-disclosure of either then holds for
        both. What is left of the old one is its log, closed, with its keys and seals. A dry run
        does all of it and takes it back.

        Errors: INVALID_ARGUMENT/INVALID_FIELD; NOT_FOUND/ORGANISATION_NOT_FOUND;
        FAILED_PRECONDITION/NOT_A_MUNICIPALITY; FAILED_PRECONDITION/SAME_TENANT;
        FAILED_PRECONDITION/NOT_PROVISIONED; FAILED_PRECONDITION/ORGANISATION_ENDED;
        FAILED_PRECONDITION/TENANT_NOT_SUSPENDED where the one that ends is let in;
        FAILED_PRECONDITION/TENANT_NOT_CURRENT; UNAVAILABLE/TENANT_BUSY.
        """
        return self._caller.unary(self.MERGE_TENANTS, request, options)

    def list_tenant_events(
        self, request: tenants_pb2.ListTenantEventsRequest, options: CallOptions | None = None
    ) -> tenants_pb2.ListTenantEventsResponse:
        """Lists what was done with whole tenants, oldest first.

        Errors: INVALID_ARGUMENT/INVALID_FIELD for a page token that is not ours.
        """
        return self._caller.unary(self.LIST_TENANT_EVENTS, request, options)
