"""Clients of the services of icds/v1/clients.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import clients_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


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
