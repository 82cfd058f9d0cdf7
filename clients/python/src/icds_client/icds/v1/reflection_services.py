"""Clients of the services of icds/v1/reflection.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import reflection_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


class ReflectionServiceClient:
    """The contract as the server has it, for tools and for clients without generated code. It holds
    no personal data: every system that is admitted may read it.
    """

    LIST_SERVICES: Method[
        reflection_pb2.ListServicesRequest, reflection_pb2.ListServicesResponse
    ] = Method(
        "icds.v1.ReflectionService/ListServices", CallKind.UNARY,
        reflection_pb2.ListServicesRequest, reflection_pb2.ListServicesResponse,
        is_idempotent=True)
    GET_DESCRIPTOR_SET: Method[
        reflection_pb2.GetDescriptorSetRequest, reflection_pb2.GetDescriptorSetResponse
    ] = Method(
        "icds.v1.ReflectionService/GetDescriptorSet", CallKind.UNARY,
        reflection_pb2.GetDescriptorSetRequest, reflection_pb2.GetDescriptorSetResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list_services(
        self, request: reflection_pb2.ListServicesRequest, options: CallOptions | None = None
    ) -> reflection_pb2.ListServicesResponse:
        """Lists the services and methods that this server answers, and which of them the caller may
        call.
        """
        return self._caller.unary(self.LIST_SERVICES, request, options)

    def get_descriptor_set(
        self, request: reflection_pb2.GetDescriptorSetRequest, options: CallOptions | None = None
    ) -> reflection_pb2.GetDescriptorSetResponse:
        """Reads the descriptors of all messages, enums and services, with the contract's comments
        and options.
        """
        return self._caller.unary(self.GET_DESCRIPTOR_SET, request, options)
