from google.protobuf import timestamp_pb2 as _timestamp_pb2
from icds_client.icds.v1 import options_pb2 as _options_pb2
from icds_client.icds.v1 import quotas_pb2 as _quotas_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

AREA_KIND_COUNTY: AreaKind
AREA_KIND_ECONOMIC_DEVELOPMENT_CENTRE: AreaKind
AREA_KIND_ELY_CENTRE: AreaKind
AREA_KIND_EMPLOYMENT_AREA: AreaKind
AREA_KIND_REGION: AreaKind
AREA_KIND_UNSPECIFIED: AreaKind
DESCRIPTOR: _descriptor.FileDescriptor
ORGANISATION_STATUS_ACTIVE: OrganisationStatus
ORGANISATION_STATUS_ENDED: OrganisationStatus
ORGANISATION_STATUS_PILOTING: OrganisationStatus
ORGANISATION_STATUS_PROVISIONED: OrganisationStatus
ORGANISATION_STATUS_REGISTERED: OrganisationStatus
ORGANISATION_STATUS_SUSPENDED: OrganisationStatus
ORGANISATION_STATUS_UNSPECIFIED: OrganisationStatus
SYSTEM_STATUS_ACTIVE: SystemStatus
SYSTEM_STATUS_REVOKED: SystemStatus
SYSTEM_STATUS_UNSPECIFIED: SystemStatus

class ActivateOrganisationRequest(_message.Message):
    __slots__ = ["as_pilot", "code", "idempotency_key", "kind"]
    AS_PILOT_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    as_pilot: bool
    code: str
    idempotency_key: str
    kind: _options_pb2.OrganisationKind
    def __init__(self, kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., code: _Optional[str] = ..., as_pilot: bool = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class ActivateOrganisationResponse(_message.Message):
    __slots__ = ["organisation"]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    organisation: Organisation
    def __init__(self, organisation: _Optional[_Union[Organisation, _Mapping]] = ...) -> None: ...

class GetOrganisationRequest(_message.Message):
    __slots__ = ["code", "kind"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    code: str
    kind: _options_pb2.OrganisationKind
    def __init__(self, kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., code: _Optional[str] = ...) -> None: ...

class GetOrganisationResponse(_message.Message):
    __slots__ = ["organisation"]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    organisation: Organisation
    def __init__(self, organisation: _Optional[_Union[Organisation, _Mapping]] = ...) -> None: ...

class ListOrganisationsRequest(_message.Message):
    __slots__ = ["kind", "page_size", "page_token", "status"]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    kind: _options_pb2.OrganisationKind
    page_size: int
    page_token: str
    status: OrganisationStatus
    def __init__(self, kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., status: _Optional[_Union[OrganisationStatus, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListOrganisationsResponse(_message.Message):
    __slots__ = ["next_page_token", "organisations"]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORGANISATIONS_FIELD_NUMBER: _ClassVar[int]
    next_page_token: str
    organisations: _containers.RepeatedCompositeFieldContainer[Organisation]
    def __init__(self, organisations: _Optional[_Iterable[_Union[Organisation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListRegistryChangesRequest(_message.Message):
    __slots__ = ["page_size", "page_token"]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRegistryChangesResponse(_message.Message):
    __slots__ = ["changes", "next_page_token"]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[RegistryChange]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[RegistryChange, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListSystemsRequest(_message.Message):
    __slots__ = ["organisation_code", "organisation_kind", "page_size", "page_token"]
    ORGANISATION_CODE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_KIND_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    organisation_code: str
    organisation_kind: _options_pb2.OrganisationKind
    page_size: int
    page_token: str
    def __init__(self, organisation_kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., organisation_code: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSystemsResponse(_message.Message):
    __slots__ = ["next_page_token", "systems"]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SYSTEMS_FIELD_NUMBER: _ClassVar[int]
    next_page_token: str
    systems: _containers.RepeatedCompositeFieldContainer[System]
    def __init__(self, systems: _Optional[_Iterable[_Union[System, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class LoadRegisterRequest(_message.Message):
    __slots__ = ["areas", "idempotency_key", "memberships", "municipalities", "source"]
    AREAS_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MEMBERSHIPS_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITIES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    areas: _containers.RepeatedCompositeFieldContainer[RegisterArea]
    idempotency_key: str
    memberships: _containers.RepeatedCompositeFieldContainer[RegisterMembership]
    municipalities: _containers.RepeatedCompositeFieldContainer[RegisterMunicipality]
    source: str
    def __init__(self, source: _Optional[str] = ..., municipalities: _Optional[_Iterable[_Union[RegisterMunicipality, _Mapping]]] = ..., areas: _Optional[_Iterable[_Union[RegisterArea, _Mapping]]] = ..., memberships: _Optional[_Iterable[_Union[RegisterMembership, _Mapping]]] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class LoadRegisterResponse(_message.Message):
    __slots__ = ["changed_count", "county_count", "municipality_count"]
    CHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    COUNTY_COUNT_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_COUNT_FIELD_NUMBER: _ClassVar[int]
    changed_count: int
    county_count: int
    municipality_count: int
    def __init__(self, municipality_count: _Optional[int] = ..., county_count: _Optional[int] = ..., changed_count: _Optional[int] = ...) -> None: ...

class Organisation(_message.Message):
    __slots__ = ["code", "county_code", "in_use_time", "kind", "name", "schema_version", "status", "successor_code", "valid_from", "valid_to"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    COUNTY_CODE_FIELD_NUMBER: _ClassVar[int]
    IN_USE_TIME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SUCCESSOR_CODE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    code: str
    county_code: str
    in_use_time: _timestamp_pb2.Timestamp
    kind: _options_pb2.OrganisationKind
    name: OrganisationName
    schema_version: int
    status: OrganisationStatus
    successor_code: str
    valid_from: str
    valid_to: str
    def __init__(self, kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., code: _Optional[str] = ..., name: _Optional[_Union[OrganisationName, _Mapping]] = ..., status: _Optional[_Union[OrganisationStatus, str]] = ..., county_code: _Optional[str] = ..., valid_from: _Optional[str] = ..., valid_to: _Optional[str] = ..., schema_version: _Optional[int] = ..., in_use_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., successor_code: _Optional[str] = ...) -> None: ...

class OrganisationName(_message.Message):
    __slots__ = ["en", "fi", "sv"]
    EN_FIELD_NUMBER: _ClassVar[int]
    FI_FIELD_NUMBER: _ClassVar[int]
    SV_FIELD_NUMBER: _ClassVar[int]
    en: str
    fi: str
    sv: str
    def __init__(self, fi: _Optional[str] = ..., sv: _Optional[str] = ..., en: _Optional[str] = ...) -> None: ...

class ProvisionOrganisationRequest(_message.Message):
    __slots__ = ["municipality_code"]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    def __init__(self, municipality_code: _Optional[str] = ...) -> None: ...

class ProvisionOrganisationResponse(_message.Message):
    __slots__ = ["changed", "organisation"]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    changed: bool
    organisation: Organisation
    def __init__(self, organisation: _Optional[_Union[Organisation, _Mapping]] = ..., changed: bool = ...) -> None: ...

class RegisterArea(_message.Message):
    __slots__ = ["code", "kind", "name", "valid_from", "valid_to"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    code: str
    kind: AreaKind
    name: OrganisationName
    valid_from: str
    valid_to: str
    def __init__(self, kind: _Optional[_Union[AreaKind, str]] = ..., code: _Optional[str] = ..., name: _Optional[_Union[OrganisationName, _Mapping]] = ..., valid_from: _Optional[str] = ..., valid_to: _Optional[str] = ...) -> None: ...

class RegisterMembership(_message.Message):
    __slots__ = ["area_code", "area_kind", "municipality_code", "valid_from", "valid_to"]
    AREA_CODE_FIELD_NUMBER: _ClassVar[int]
    AREA_KIND_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    area_code: str
    area_kind: AreaKind
    municipality_code: str
    valid_from: str
    valid_to: str
    def __init__(self, municipality_code: _Optional[str] = ..., area_kind: _Optional[_Union[AreaKind, str]] = ..., area_code: _Optional[str] = ..., valid_from: _Optional[str] = ..., valid_to: _Optional[str] = ...) -> None: ...

class RegisterMunicipality(_message.Message):
    __slots__ = ["code", "language_status", "name", "valid_from", "valid_to"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_STATUS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    code: str
    language_status: int
    name: OrganisationName
    valid_from: str
    valid_to: str
    def __init__(self, code: _Optional[str] = ..., name: _Optional[_Union[OrganisationName, _Mapping]] = ..., language_status: _Optional[int] = ..., valid_from: _Optional[str] = ..., valid_to: _Optional[str] = ...) -> None: ...

class RegisterSystemRequest(_message.Message):
    __slots__ = ["certificate", "idempotency_key"]
    CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    certificate: bytes
    idempotency_key: str
    def __init__(self, certificate: _Optional[bytes] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class RegisterSystemResponse(_message.Message):
    __slots__ = ["system"]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    system: System
    def __init__(self, system: _Optional[_Union[System, _Mapping]] = ...) -> None: ...

class RegistryChange(_message.Message):
    __slots__ = ["actor", "call_reference", "login", "new_row", "number", "old_row", "operation", "table", "time"]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    CALL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    NEW_ROW_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    OLD_ROW_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    actor: str
    call_reference: str
    login: str
    new_row: str
    number: int
    old_row: str
    operation: str
    table: str
    time: _timestamp_pb2.Timestamp
    def __init__(self, number: _Optional[int] = ..., time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., login: _Optional[str] = ..., actor: _Optional[str] = ..., call_reference: _Optional[str] = ..., table: _Optional[str] = ..., operation: _Optional[str] = ..., old_row: _Optional[str] = ..., new_row: _Optional[str] = ...) -> None: ...

class RevokeSystemRequest(_message.Message):
    __slots__ = ["certificate_fingerprint", "idempotency_key", "reason"]
    CERTIFICATE_FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    certificate_fingerprint: str
    idempotency_key: str
    reason: str
    def __init__(self, certificate_fingerprint: _Optional[str] = ..., reason: _Optional[str] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class RevokeSystemResponse(_message.Message):
    __slots__ = ["system"]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    system: System
    def __init__(self, system: _Optional[_Union[System, _Mapping]] = ...) -> None: ...

class SuspendOrganisationRequest(_message.Message):
    __slots__ = ["code", "idempotency_key", "kind"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    code: str
    idempotency_key: str
    kind: _options_pb2.OrganisationKind
    def __init__(self, kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., code: _Optional[str] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class SuspendOrganisationResponse(_message.Message):
    __slots__ = ["organisation"]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    organisation: Organisation
    def __init__(self, organisation: _Optional[_Union[Organisation, _Mapping]] = ...) -> None: ...

class System(_message.Message):
    __slots__ = ["certificate_fingerprint", "certificate_serial", "not_after", "not_before", "organisation_code", "organisation_kind", "register_time", "revoke_time", "status", "system_name", "uri"]
    CERTIFICATE_FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_SERIAL_FIELD_NUMBER: _ClassVar[int]
    NOT_AFTER_FIELD_NUMBER: _ClassVar[int]
    NOT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_CODE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_KIND_FIELD_NUMBER: _ClassVar[int]
    REGISTER_TIME_FIELD_NUMBER: _ClassVar[int]
    REVOKE_TIME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_NAME_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    certificate_fingerprint: str
    certificate_serial: str
    not_after: _timestamp_pb2.Timestamp
    not_before: _timestamp_pb2.Timestamp
    organisation_code: str
    organisation_kind: _options_pb2.OrganisationKind
    register_time: _timestamp_pb2.Timestamp
    revoke_time: _timestamp_pb2.Timestamp
    status: SystemStatus
    system_name: str
    uri: str
    def __init__(self, uri: _Optional[str] = ..., organisation_kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., organisation_code: _Optional[str] = ..., system_name: _Optional[str] = ..., certificate_fingerprint: _Optional[str] = ..., certificate_serial: _Optional[str] = ..., not_before: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., not_after: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[SystemStatus, str]] = ..., register_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., revoke_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrganisationStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class AreaKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class SystemStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
