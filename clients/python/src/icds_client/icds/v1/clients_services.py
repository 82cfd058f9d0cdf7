"""Clients of the services of icds/v1/clients.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import clients_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions
from icds_client.streams import ResponseStream


class ClientServiceClient:
    """The municipality's register of its own integration clients (Act 681/2023 sections 73 and 76).
    A municipality sees its own clients only; the tenant is taken from the caller's certificate.
    """

    CREATE_CLIENT: Method[
        clients_pb2.CreateClientRequest, clients_pb2.CreateClientResponse
    ] = Method(
        "icds.v1.ClientService/CreateClient", CallKind.UNARY,
        clients_pb2.CreateClientRequest, clients_pb2.CreateClientResponse,
        is_idempotent=False)
    GET_CLIENT: Method[
        clients_pb2.GetClientRequest, clients_pb2.GetClientResponse
    ] = Method(
        "icds.v1.ClientService/GetClient", CallKind.UNARY,
        clients_pb2.GetClientRequest, clients_pb2.GetClientResponse,
        is_idempotent=True)
    FIND_CLIENT: Method[
        clients_pb2.FindClientRequest, clients_pb2.FindClientResponse
    ] = Method(
        "icds.v1.ClientService/FindClient", CallKind.UNARY,
        clients_pb2.FindClientRequest, clients_pb2.FindClientResponse,
        is_idempotent=True)
    UPDATE_CLIENT: Method[
        clients_pb2.UpdateClientRequest, clients_pb2.UpdateClientResponse
    ] = Method(
        "icds.v1.ClientService/UpdateClient", CallKind.UNARY,
        clients_pb2.UpdateClientRequest, clients_pb2.UpdateClientResponse,
        is_idempotent=False)
    WATCH_CHANGES: Method[
        clients_pb2.WatchChangesRequest, clients_pb2.WatchChangesResponse
    ] = Method(
        "icds.v1.ClientService/WatchChanges", CallKind.SERVER_STREAM,
        clients_pb2.WatchChangesRequest, clients_pb2.WatchChangesResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def create_client(
        self, request: clients_pb2.CreateClientRequest, options: CallOptions | None = None
    ) -> clients_pb2.CreateClientResponse:
        """Records a new client.

        Errors: INVALID_ARGUMENT/INVALID_FIELD with one violation a field; ALREADY_EXISTS/
        IDENTITY_CODE_IN_USE where the municipality has a client with that personal identity code.
        """
        return self._caller.unary(self.CREATE_CLIENT, request, options)

    def get_client(
        self, request: clients_pb2.GetClientRequest, options: CallOptions | None = None
    ) -> clients_pb2.GetClientResponse:
        """Reads one client by its id.

        Errors: NOT_FOUND/CLIENT_NOT_FOUND.
        """
        return self._caller.unary(self.GET_CLIENT, request, options)

    def find_client(
        self, request: clients_pb2.FindClientRequest, options: CallOptions | None = None
    ) -> clients_pb2.FindClientResponse:
        """Finds one client by the exact personal identity code, all 11 characters.

        Errors: INVALID_ARGUMENT/INVALID_FIELD for a malformed code; NOT_FOUND/CLIENT_NOT_FOUND.
        """
        return self._caller.unary(self.FIND_CLIENT, request, options)

    def update_client(
        self, request: clients_pb2.UpdateClientRequest, options: CallOptions | None = None
    ) -> clients_pb2.UpdateClientResponse:
        """Changes the fields that `update_mask` names.

        Errors: as CreateClient; NOT_FOUND/CLIENT_NOT_FOUND; ABORTED/ETAG_MISMATCH where the
        client has changed since it was read: read it again, apply the change to what you find,
        and send that.
        """
        return self._caller.unary(self.UPDATE_CLIENT, request, options)

    def watch_changes(
        self, request: clients_pb2.WatchChangesRequest, options: CallOptions | None = None
    ) -> ResponseStream[clients_pb2.WatchChangesResponse]:
        """Tells of every change of the municipality's clients, assessments and counties' parts, each
        once and in the order in which they became visible, and goes on from a cursor where
        another watch ended. No change has anything of a person but ids; what changed is read with
        GetClient or GetAssessment. The start of a watch leaves one row in the log.

        Ends with OK shortly before the call's deadline, so that the caller makes it again with
        the last cursor. Errors: INVALID_ARGUMENT/INVALID_FIELD for what is no cursor;
        OUT_OF_RANGE/CURSOR_TOO_OLD where changes behind the cursor are not kept any more, and
        OUT_OF_RANGE/CURSOR_UNKNOWN where the feed has no such place, after both of which
        everything is to be read anew; RESOURCE_EXHAUSTED/ TOO_MANY_WATCHERS; UNAVAILABLE/DRAINING
        where the server is being stopped: make it again.
        """
        return self._caller.server_stream(self.WATCH_CHANGES, request, options)
