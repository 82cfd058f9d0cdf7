"""Clients of the services of icds/v1/registry.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import quotas_pb2
from icds_client.icds.v1 import registry_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


class RegistryServiceClient:
    """The register of organisations and systems, kept by the operator, the KEHA Centre (section 74).
    """

    LOAD_REGISTER: Method[
        registry_pb2.LoadRegisterRequest, registry_pb2.LoadRegisterResponse
    ] = Method(
        "icds.v1.RegistryService/LoadRegister", CallKind.UNARY,
        registry_pb2.LoadRegisterRequest, registry_pb2.LoadRegisterResponse,
        is_idempotent=False)
    GET_ORGANISATION: Method[
        registry_pb2.GetOrganisationRequest, registry_pb2.GetOrganisationResponse
    ] = Method(
        "icds.v1.RegistryService/GetOrganisation", CallKind.UNARY,
        registry_pb2.GetOrganisationRequest, registry_pb2.GetOrganisationResponse,
        is_idempotent=True)
    LIST_ORGANISATIONS: Method[
        registry_pb2.ListOrganisationsRequest, registry_pb2.ListOrganisationsResponse
    ] = Method(
        "icds.v1.RegistryService/ListOrganisations", CallKind.UNARY,
        registry_pb2.ListOrganisationsRequest, registry_pb2.ListOrganisationsResponse,
        is_idempotent=True)
    PROVISION_ORGANISATION: Method[
        registry_pb2.ProvisionOrganisationRequest, registry_pb2.ProvisionOrganisationResponse
    ] = Method(
        "icds.v1.RegistryService/ProvisionOrganisation", CallKind.UNARY,
        registry_pb2.ProvisionOrganisationRequest, registry_pb2.ProvisionOrganisationResponse,
        is_idempotent=True)
    ACTIVATE_ORGANISATION: Method[
        registry_pb2.ActivateOrganisationRequest, registry_pb2.ActivateOrganisationResponse
    ] = Method(
        "icds.v1.RegistryService/ActivateOrganisation", CallKind.UNARY,
        registry_pb2.ActivateOrganisationRequest, registry_pb2.ActivateOrganisationResponse,
        is_idempotent=True)
    SUSPEND_ORGANISATION: Method[
        registry_pb2.SuspendOrganisationRequest, registry_pb2.SuspendOrganisationResponse
    ] = Method(
        "icds.v1.RegistryService/SuspendOrganisation", CallKind.UNARY,
        registry_pb2.SuspendOrganisationRequest, registry_pb2.SuspendOrganisationResponse,
        is_idempotent=True)
    GET_ORGANISATION_QUOTA: Method[
        quotas_pb2.GetOrganisationQuotaRequest, quotas_pb2.GetOrganisationQuotaResponse
    ] = Method(
        "icds.v1.RegistryService/GetOrganisationQuota", CallKind.UNARY,
        quotas_pb2.GetOrganisationQuotaRequest, quotas_pb2.GetOrganisationQuotaResponse,
        is_idempotent=True)
    SET_ORGANISATION_QUOTA: Method[
        quotas_pb2.SetOrganisationQuotaRequest, quotas_pb2.SetOrganisationQuotaResponse
    ] = Method(
        "icds.v1.RegistryService/SetOrganisationQuota", CallKind.UNARY,
        quotas_pb2.SetOrganisationQuotaRequest, quotas_pb2.SetOrganisationQuotaResponse,
        is_idempotent=True)
    LIST_REGISTRY_CHANGES: Method[
        registry_pb2.ListRegistryChangesRequest, registry_pb2.ListRegistryChangesResponse
    ] = Method(
        "icds.v1.RegistryService/ListRegistryChanges", CallKind.UNARY,
        registry_pb2.ListRegistryChangesRequest, registry_pb2.ListRegistryChangesResponse,
        is_idempotent=True)
    REGISTER_SYSTEM: Method[
        registry_pb2.RegisterSystemRequest, registry_pb2.RegisterSystemResponse
    ] = Method(
        "icds.v1.RegistryService/RegisterSystem", CallKind.UNARY,
        registry_pb2.RegisterSystemRequest, registry_pb2.RegisterSystemResponse,
        is_idempotent=True)
    LIST_SYSTEMS: Method[
        registry_pb2.ListSystemsRequest, registry_pb2.ListSystemsResponse
    ] = Method(
        "icds.v1.RegistryService/ListSystems", CallKind.UNARY,
        registry_pb2.ListSystemsRequest, registry_pb2.ListSystemsResponse,
        is_idempotent=True)
    REVOKE_SYSTEM: Method[
        registry_pb2.RevokeSystemRequest, registry_pb2.RevokeSystemResponse
    ] = Method(
        "icds.v1.RegistryService/RevokeSystem", CallKind.UNARY,
        registry_pb2.RevokeSystemRequest, registry_pb2.RevokeSystemResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def load_register(
        self, request: registry_pb2.LoadRegisterRequest, options: CallOptions | None = None
    ) -> registry_pb2.LoadRegisterResponse:
        """Loads rows of the national register. Rows are added or replaced by their code and first
        day of validity; nothing is removed. All or nothing.

        Errors: INVALID_ARGUMENT/INVALID_FIELD with one violation a row that is wrong.
        """
        return self._caller.unary(self.LOAD_REGISTER, request, options)

    def get_organisation(
        self, request: registry_pb2.GetOrganisationRequest, options: CallOptions | None = None
    ) -> registry_pb2.GetOrganisationResponse:
        """Reads one organisation.

        Errors: NOT_FOUND/ORGANISATION_NOT_FOUND.
        """
        return self._caller.unary(self.GET_ORGANISATION, request, options)

    def list_organisations(
        self, request: registry_pb2.ListOrganisationsRequest, options: CallOptions | None = None
    ) -> registry_pb2.ListOrganisationsResponse:
        """Lists organisations by kind and code."""
        return self._caller.unary(self.LIST_ORGANISATIONS, request, options)

    def provision_organisation(
        self, request: registry_pb2.ProvisionOrganisationRequest, options: CallOptions | None = None
    ) -> registry_pb2.ProvisionOrganisationResponse:
        """Makes the municipality's schema, roles and keys, in one transaction. Does nothing where
        they are there in the current version, so that an interrupted run is simply run again and
        no idempotency key is needed. The organisation is left provisioned, and active only if it
        was.

        Errors: NOT_FOUND/ORGANISATION_NOT_FOUND; FAILED_PRECONDITION/NOT_A_MUNICIPALITY;
        FAILED_PRECONDITION/ORGANISATION_ENDED; FAILED_PRECONDITION/SCHEMA_REFUSED where the
        schema that is there was made by another program; UNAVAILABLE/TENANT_BUSY where others
        held its tables in every attempt.
        """
        return self._caller.unary(self.PROVISION_ORGANISATION, request, options)

    def activate_organisation(
        self, request: registry_pb2.ActivateOrganisationRequest, options: CallOptions | None = None
    ) -> registry_pb2.ActivateOrganisationResponse:
        """Lets an organisation's systems in; a municipality's as a pilot or, for good, in use. It
        must be provisioned first.

        Errors: NOT_FOUND/ORGANISATION_NOT_FOUND; FAILED_PRECONDITION/NOT_PROVISIONED;
        FAILED_PRECONDITION/ORGANISATION_ENDED; for pilots FAILED_PRECONDITION/NOT_A_MUNICIPALITY
        and, where the system is in use or was, FAILED_PRECONDITION/ALREADY_IN_USE.
        """
        return self._caller.unary(self.ACTIVATE_ORGANISATION, request, options)

    def suspend_organisation(
        self, request: registry_pb2.SuspendOrganisationRequest, options: CallOptions | None = None
    ) -> registry_pb2.SuspendOrganisationResponse:
        """Shuts an organisation's systems out at once: open connections are closed, and the database
        refuses its schema to the daemon. Its data stay.

        Errors: NOT_FOUND/ORGANISATION_NOT_FOUND; FAILED_PRECONDITION/LAST_OPERATOR;
        FAILED_PRECONDITION/ORGANISATION_ENDED.
        """
        return self._caller.unary(self.SUSPEND_ORGANISATION, request, options)

    def get_organisation_quota(
        self, request: quotas_pb2.GetOrganisationQuotaRequest, options: CallOptions | None = None
    ) -> quotas_pb2.GetOrganisationQuotaResponse:
        """Reads how much of the database an organisation may take at a time, and what it takes now.

        Errors: NOT_FOUND/ORGANISATION_NOT_FOUND.
        """
        return self._caller.unary(self.GET_ORGANISATION_QUOTA, request, options)

    def set_organisation_quota(
        self, request: quotas_pb2.SetOrganisationQuotaRequest, options: CallOptions | None = None
    ) -> quotas_pb2.SetOrganisationQuotaResponse:
        """Sets how much of the database an organisation may take at a time, in every server.

        Errors: NOT_FOUND/ORGANISATION_NOT_FOUND; INVALID_ARGUMENT/INVALID_FIELD.
        """
        return self._caller.unary(self.SET_ORGANISATION_QUOTA, request, options)

    def list_registry_changes(
        self, request: registry_pb2.ListRegistryChangesRequest, options: CallOptions | None = None
    ) -> registry_pb2.ListRegistryChangesResponse:
        """Lists what was changed in the register and by whom, latest first. Each change of a row
        leaves one entry, in the same transaction; entries are never changed.
        """
        return self._caller.unary(self.LIST_REGISTRY_CHANGES, request, options)

    def register_system(
        self, request: registry_pb2.RegisterSystemRequest, options: CallOptions | None = None
    ) -> registry_pb2.RegisterSystemResponse:
        """Registers a system by its certificate. The certificate's URI names organisation and
        system.

        Errors: INVALID_ARGUMENT/INVALID_FIELD for a certificate that cannot be used, each with
        what is wrong; NOT_FOUND/ORGANISATION_NOT_FOUND; ALREADY_EXISTS/CERTIFICATE_REVOKED where
        this very certificate was revoked before.
        """
        return self._caller.unary(self.REGISTER_SYSTEM, request, options)

    def list_systems(
        self, request: registry_pb2.ListSystemsRequest, options: CallOptions | None = None
    ) -> registry_pb2.ListSystemsResponse:
        """Lists systems, by organisation, system and certificate."""
        return self._caller.unary(self.LIST_SYSTEMS, request, options)

    def revoke_system(
        self, request: registry_pb2.RevokeSystemRequest, options: CallOptions | None = None
    ) -> registry_pb2.RevokeSystemResponse:
        """Revokes one certificate of a system at once and for good; its open connections are closed.

        Errors: NOT_FOUND/SYSTEM_NOT_FOUND; FAILED_PRECONDITION/LAST_OPERATOR.
        """
        return self._caller.unary(self.REVOKE_SYSTEM, request, options)
