"""Clients of the services of icds/v1/keys.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import keys_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


class KeyServiceClient:
    """The tenants' keys, for the operator. Nothing here answers with a key."""

    ROTATE_KEYS: Method[
        keys_pb2.RotateKeysRequest, keys_pb2.RotateKeysResponse
    ] = Method(
        "icds.v1.KeyService/RotateKeys", CallKind.UNARY,
        keys_pb2.RotateKeysRequest, keys_pb2.RotateKeysResponse,
        is_idempotent=False)
    LIST_KEYS: Method[
        keys_pb2.ListKeysRequest, keys_pb2.ListKeysResponse
    ] = Method(
        "icds.v1.KeyService/ListKeys", CallKind.UNARY,
        keys_pb2.ListKeysRequest, keys_pb2.ListKeysResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def rotate_keys(
        self, request: keys_pb2.RotateKeysRequest, options: CallOptions | None = None
    ) -> keys_pb2.RotateKeysResponse:
        """Orders the rotation of municipalities' keys. It is carried out in the background by one
        daemon at a time, in small steps, while all of them are served; a daemon that stops in the
        middle leaves the rest to the next. A municipality whose last order is not done yet keeps
        that one. Every order is kept in the registry's log.

        Errors: INVALID_ARGUMENT/INVALID_FIELD.
        """
        return self._caller.unary(self.ROTATE_KEYS, request, options)

    def list_keys(
        self, request: keys_pb2.ListKeysRequest, options: CallOptions | None = None
    ) -> keys_pb2.ListKeysResponse:
        """Lists municipalities that have keys, by code, with the state of their keys and of their
        last rotation.

        Errors: INVALID_ARGUMENT/INVALID_FIELD, also for a page token that is not ours.
        """
        return self._caller.unary(self.LIST_KEYS, request, options)
