from google.protobuf import timestamp_pb2 as _timestamp_pb2
from icds_client.icds.v1 import options_pb2 as _options_pb2
from icds_client.icds.v1 import registry_pb2 as _registry_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
TENANT_EVENT_KIND_DISCARDED: TenantEventKind
TENANT_EVENT_KIND_ERASED: TenantEventKind
TENANT_EVENT_KIND_EXPORTED: TenantEventKind
TENANT_EVENT_KIND_KEYS_REWRAPPED: TenantEventKind
TENANT_EVENT_KIND_KEYS_ROTATED: TenantEventKind
TENANT_EVENT_KIND_KEY_DESTROYED: TenantEventKind
TENANT_EVENT_KIND_MERGED: TenantEventKind
TENANT_EVENT_KIND_RESTORED: TenantEventKind
TENANT_EVENT_KIND_UNSPECIFIED: TenantEventKind
TENANT_SCHEMA_STATE_AHEAD: TenantSchemaState
TENANT_SCHEMA_STATE_BEHIND: TenantSchemaState
TENANT_SCHEMA_STATE_CURRENT: TenantSchemaState
TENANT_SCHEMA_STATE_FOREIGN: TenantSchemaState
TENANT_SCHEMA_STATE_NONE: TenantSchemaState
TENANT_SCHEMA_STATE_PREVIOUS: TenantSchemaState
TENANT_SCHEMA_STATE_UNSPECIFIED: TenantSchemaState

class DiscardReplacedTenantRequest(_message.Message):
    __slots__ = ["idempotency_key", "municipality_code"]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    municipality_code: str
    def __init__(self, municipality_code: _Optional[str] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class DiscardReplacedTenantResponse(_message.Message):
    __slots__ = ["event"]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: TenantEvent
    def __init__(self, event: _Optional[_Union[TenantEvent, _Mapping]] = ...) -> None: ...

class DuplicateClient(_message.Message):
    __slots__ = ["kept_client_id", "moved_client_id"]
    KEPT_CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    MOVED_CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    kept_client_id: str
    moved_client_id: str
    def __init__(self, moved_client_id: _Optional[str] = ..., kept_client_id: _Optional[str] = ...) -> None: ...

class EraseTenantRequest(_message.Message):
    __slots__ = ["content_digest", "idempotency_key", "municipality_code", "reason"]
    CONTENT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    content_digest: str
    idempotency_key: str
    municipality_code: str
    reason: str
    def __init__(self, municipality_code: _Optional[str] = ..., content_digest: _Optional[str] = ..., reason: _Optional[str] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class EraseTenantResponse(_message.Message):
    __slots__ = ["event"]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: TenantEvent
    def __init__(self, event: _Optional[_Union[TenantEvent, _Mapping]] = ...) -> None: ...

class ExportTenantRequest(_message.Message):
    __slots__ = ["municipality_code"]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    def __init__(self, municipality_code: _Optional[str] = ...) -> None: ...

class ExportTenantResponse(_message.Message):
    __slots__ = ["chunk", "summary"]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    chunk: bytes
    summary: TenantContentSummary
    def __init__(self, chunk: _Optional[bytes] = ..., summary: _Optional[_Union[TenantContentSummary, _Mapping]] = ...) -> None: ...

class ListTenantEventsRequest(_message.Message):
    __slots__ = ["page_size", "page_token"]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTenantEventsResponse(_message.Message):
    __slots__ = ["events", "next_page_token"]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[TenantEvent]
    next_page_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[TenantEvent, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

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

class MergeTenantsRequest(_message.Message):
    __slots__ = ["dry_run", "from_code", "idempotency_key", "into_code", "last_day", "reason"]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    FROM_CODE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    INTO_CODE_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    dry_run: bool
    from_code: str
    idempotency_key: str
    into_code: str
    last_day: str
    reason: str
    def __init__(self, from_code: _Optional[str] = ..., into_code: _Optional[str] = ..., last_day: _Optional[str] = ..., reason: _Optional[str] = ..., dry_run: bool = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class MergeTenantsResponse(_message.Message):
    __slots__ = ["duplicate_count", "duplicates", "event", "moved_count"]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    duplicate_count: int
    duplicates: _containers.RepeatedCompositeFieldContainer[DuplicateClient]
    event: TenantEvent
    moved_count: int
    def __init__(self, moved_count: _Optional[int] = ..., duplicate_count: _Optional[int] = ..., duplicates: _Optional[_Iterable[_Union[DuplicateClient, _Mapping]]] = ..., event: _Optional[_Union[TenantEvent, _Mapping]] = ...) -> None: ...

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

class RestoreTenantRequest(_message.Message):
    __slots__ = ["chunk", "municipality_code"]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    chunk: bytes
    municipality_code: str
    def __init__(self, municipality_code: _Optional[str] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class RestoreTenantResponse(_message.Message):
    __slots__ = ["event", "has_replaced", "row_count", "schema_version"]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    HAS_REPLACED_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    event: TenantEvent
    has_replaced: bool
    row_count: int
    schema_version: int
    def __init__(self, schema_version: _Optional[int] = ..., has_replaced: bool = ..., row_count: _Optional[int] = ..., event: _Optional[_Union[TenantEvent, _Mapping]] = ...) -> None: ...

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

class TenantContentSummary(_message.Message):
    __slots__ = ["content_digest", "event", "rows_by_table"]
    class RowsByTableEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    CONTENT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    ROWS_BY_TABLE_FIELD_NUMBER: _ClassVar[int]
    content_digest: str
    event: TenantEvent
    rows_by_table: _containers.ScalarMap[str, int]
    def __init__(self, rows_by_table: _Optional[_Mapping[str, int]] = ..., content_digest: _Optional[str] = ..., event: _Optional[_Union[TenantEvent, _Mapping]] = ...) -> None: ...

class TenantEvent(_message.Message):
    __slots__ = ["actor_uri", "content_digest", "details", "digest", "kind", "municipality_code", "number", "previous_digest", "reason", "time"]
    ACTOR_URI_FIELD_NUMBER: _ClassVar[int]
    CONTENT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_DIGEST_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    actor_uri: str
    content_digest: str
    details: str
    digest: str
    kind: TenantEventKind
    municipality_code: str
    number: int
    previous_digest: str
    reason: str
    time: _timestamp_pb2.Timestamp
    def __init__(self, number: _Optional[int] = ..., time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., municipality_code: _Optional[str] = ..., kind: _Optional[_Union[TenantEventKind, str]] = ..., actor_uri: _Optional[str] = ..., reason: _Optional[str] = ..., content_digest: _Optional[str] = ..., details: _Optional[str] = ..., previous_digest: _Optional[str] = ..., digest: _Optional[str] = ...) -> None: ...

class TenantSchemaState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class TenantEventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
