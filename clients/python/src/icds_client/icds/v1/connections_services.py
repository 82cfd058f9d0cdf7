"""Clients of the services of icds/v1/connections.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import connections_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


class ConnectionServiceClient:
    """The open connections of the server that is asked, and what they have done. Identities of
    systems, no personal data; the operator's alone, because it shows who works when.
    """

    LIST_CONNECTIONS: Method[
        connections_pb2.ListConnectionsRequest, connections_pb2.ListConnectionsResponse
    ] = Method(
        "icds.v1.ConnectionService/ListConnections", CallKind.UNARY,
        connections_pb2.ListConnectionsRequest, connections_pb2.ListConnectionsResponse,
        is_idempotent=True)
    GET_CONNECTION: Method[
        connections_pb2.GetConnectionRequest, connections_pb2.GetConnectionResponse
    ] = Method(
        "icds.v1.ConnectionService/GetConnection", CallKind.UNARY,
        connections_pb2.GetConnectionRequest, connections_pb2.GetConnectionResponse,
        is_idempotent=True)
    GET_SERVER_TOTALS: Method[
        connections_pb2.GetServerTotalsRequest, connections_pb2.GetServerTotalsResponse
    ] = Method(
        "icds.v1.ConnectionService/GetServerTotals", CallKind.UNARY,
        connections_pb2.GetServerTotalsRequest, connections_pb2.GetServerTotalsResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list_connections(
        self, request: connections_pb2.ListConnectionsRequest, options: CallOptions | None = None
    ) -> connections_pb2.ListConnectionsResponse:
        """Lists the open connections, in the order in which they were opened.

        Errors: INVALID_ARGUMENT/INVALID_FIELD, also for a page token that is not ours.
        """
        return self._caller.unary(self.LIST_CONNECTIONS, request, options)

    def get_connection(
        self, request: connections_pb2.GetConnectionRequest, options: CallOptions | None = None
    ) -> connections_pb2.GetConnectionResponse:
        """Reads one open connection.

        Errors: NOT_FOUND/CONNECTION_NOT_FOUND where there is none of that id any more.
        """
        return self._caller.unary(self.GET_CONNECTION, request, options)

    def get_server_totals(
        self, request: connections_pb2.GetServerTotalsRequest, options: CallOptions | None = None
    ) -> connections_pb2.GetServerTotalsResponse:
        """Reads what the server has done since it was started."""
        return self._caller.unary(self.GET_SERVER_TOTALS, request, options)
