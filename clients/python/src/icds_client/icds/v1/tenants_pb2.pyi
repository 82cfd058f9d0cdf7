from google.protobuf import timestamp_pb2 as _timestamp_pb2
from icds_client.icds.v1 import options_pb2 as _options_pb2
from icds_client.icds.v1 import registry_pb2 as _registry_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
TENANT_SCHEMA_STATE_AHEAD: TenantSchemaState
TENANT_SCHEMA_STATE_BEHIND: TenantSchemaState
TENANT_SCHEMA_STATE_CURRENT: TenantSchemaState
TENANT_SCHEMA_STATE_FOREIGN: TenantSchemaState
TENANT_SCHEMA_STATE_NONE: TenantSchemaState
TENANT_SCHEMA_STATE_PREVIOUS: TenantSchemaState
TENANT_SCHEMA_STATE_UNSPECIFIED: TenantSchemaState

class ListTenantsRequest(_message.Message):
    __slots__ = ["not_in_use", "page_size", "page_token"]
    NOT_IN_USE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    not_in_use: bool
    page_size: int
    page_token: str
    def __init__(self, not_in_use: bool = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTenantsResponse(_message.Message):
    __slots__ = ["next_page_token", "program_version", "tenants"]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_VERSION_FIELD_NUMBER: _ClassVar[int]
    TENANTS_FIELD_NUMBER: _ClassVar[int]
    next_page_token: str
    program_version: int
    tenants: _containers.RepeatedCompositeFieldContainer[Tenant]
    def __init__(self, tenants: _Optional[_Iterable[_Union[Tenant, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., program_version: _Optional[int] = ...) -> None: ...

class MigrateTenantsRequest(_message.Message):
    __slots__ = ["canary_code", "lock_timeout_milliseconds", "municipality_codes", "worker_count"]
    CANARY_CODE_FIELD_NUMBER: _ClassVar[int]
    LOCK_TIMEOUT_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODES_FIELD_NUMBER: _ClassVar[int]
    WORKER_COUNT_FIELD_NUMBER: _ClassVar[int]
    canary_code: str
    lock_timeout_milliseconds: int
    municipality_codes: _containers.RepeatedScalarFieldContainer[str]
    worker_count: int
    def __init__(self, municipality_codes: _Optional[_Iterable[str]] = ..., canary_code: _Optional[str] = ..., worker_count: _Optional[int] = ..., lock_timeout_milliseconds: _Optional[int] = ...) -> None: ...

class MigrateTenantsResponse(_message.Message):
    __slots__ = ["end", "plan", "step"]
    END_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    end: MigrationEnd
    plan: MigrationPlan
    step: MigrationStep
    def __init__(self, plan: _Optional[_Union[MigrationPlan, _Mapping]] = ..., step: _Optional[_Union[MigrationStep, _Mapping]] = ..., end: _Optional[_Union[MigrationEnd, _Mapping]] = ...) -> None: ...

class MigrationEnd(_message.Message):
    __slots__ = ["changed_count", "failed_count", "not_tried_count", "unchanged_count"]
    CHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    FAILED_COUNT_FIELD_NUMBER: _ClassVar[int]
    NOT_TRIED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    changed_count: int
    failed_count: int
    not_tried_count: int
    unchanged_count: int
    def __init__(self, changed_count: _Optional[int] = ..., unchanged_count: _Optional[int] = ..., failed_count: _Optional[int] = ..., not_tried_count: _Optional[int] = ...) -> None: ...

class MigrationPlan(_message.Message):
    __slots__ = ["canary_code", "program_version", "tenant_count"]
    CANARY_CODE_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_VERSION_FIELD_NUMBER: _ClassVar[int]
    TENANT_COUNT_FIELD_NUMBER: _ClassVar[int]
    canary_code: str
    program_version: int
    tenant_count: int
    def __init__(self, program_version: _Optional[int] = ..., tenant_count: _Optional[int] = ..., canary_code: _Optional[str] = ...) -> None: ...

class MigrationStep(_message.Message):
    __slots__ = ["changed", "failure_detail", "failure_reason", "is_canary", "municipality_code", "schema_version"]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    FAILURE_DETAIL_FIELD_NUMBER: _ClassVar[int]
    FAILURE_REASON_FIELD_NUMBER: _ClassVar[int]
    IS_CANARY_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    changed: bool
    failure_detail: str
    failure_reason: str
    is_canary: bool
    municipality_code: str
    schema_version: int
    def __init__(self, municipality_code: _Optional[str] = ..., is_canary: bool = ..., changed: bool = ..., schema_version: _Optional[int] = ..., failure_reason: _Optional[str] = ..., failure_detail: _Optional[str] = ...) -> None: ...

class Tenant(_message.Message):
    __slots__ = ["days_left", "failure", "failure_time", "mandatory_from", "migrate_time", "organisation", "schema_state", "script_digest"]
    DAYS_LEFT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_TIME_FIELD_NUMBER: _ClassVar[int]
    MANDATORY_FROM_FIELD_NUMBER: _ClassVar[int]
    MIGRATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_STATE_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    days_left: int
    failure: str
    failure_time: _timestamp_pb2.Timestamp
    mandatory_from: str
    migrate_time: _timestamp_pb2.Timestamp
    organisation: _registry_pb2.Organisation
    schema_state: TenantSchemaState
    script_digest: str
    def __init__(self, organisation: _Optional[_Union[_registry_pb2.Organisation, _Mapping]] = ..., schema_state: _Optional[_Union[TenantSchemaState, str]] = ..., script_digest: _Optional[str] = ..., migrate_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., failure: _Optional[str] = ..., failure_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., mandatory_from: _Optional[str] = ..., days_left: _Optional[int] = ...) -> None: ...

class TenantSchemaState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
