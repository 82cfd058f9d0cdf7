"""Clients of the services of icds/v1/tenants.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import tenants_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions
from icds_client.streams import ResponseStream


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
        ends the run between municipalities; calling again goes on with what is behind.

        Answers with the plan, with a step as each municipality ends, and with how the run ended.

        Errors: INVALID_ARGUMENT/INVALID_FIELD.
        """
        return self._caller.server_stream(self.MIGRATE_TENANTS, request, options)
