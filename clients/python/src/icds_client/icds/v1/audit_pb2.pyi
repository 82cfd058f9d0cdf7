from google.protobuf import timestamp_pb2 as _timestamp_pb2
from icds_client.icds.v1 import access_pb2 as _access_pb2
from icds_client.icds.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

ACCESS_OUTCOME_PERMITTED: AccessOutcome
ACCESS_OUTCOME_REFUSED: AccessOutcome
ACCESS_OUTCOME_UNSPECIFIED: AccessOutcome
DESCRIPTOR: _descriptor.FileDescriptor
PERSONAL_PART_DAMAGED: PersonalPart
PERSONAL_PART_ERASED: PersonalPart
PERSONAL_PART_PRESENT: PersonalPart
PERSONAL_PART_UNSPECIFIED: PersonalPart

class Access(_message.Message):
    __slots__ = ["access_time", "actor_code", "actor_kind", "actor_system", "client_count", "client_id", "decision_id", "leaf_hash", "legal_basis", "method", "outcome", "personal_part", "purpose", "refusal_reason", "released", "rule", "sequence", "stated_reason", "user_id"]
    ACCESS_TIME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_CODE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_KIND_FIELD_NUMBER: _ClassVar[int]
    ACTOR_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CLIENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    LEAF_HASH_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_PART_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_REASON_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STATED_REASON_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    access_time: _timestamp_pb2.Timestamp
    actor_code: str
    actor_kind: _options_pb2.OrganisationKind
    actor_system: str
    client_count: int
    client_id: str
    decision_id: str
    leaf_hash: bytes
    legal_basis: str
    method: str
    outcome: AccessOutcome
    personal_part: PersonalPart
    purpose: _access_pb2.Purpose
    refusal_reason: str
    released: _containers.RepeatedScalarFieldContainer[_options_pb2.DataCategory]
    rule: str
    sequence: int
    stated_reason: str
    user_id: str
    def __init__(self, sequence: _Optional[int] = ..., access_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., actor_kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., actor_code: _Optional[str] = ..., actor_system: _Optional[str] = ..., user_id: _Optional[str] = ..., method: _Optional[str] = ..., outcome: _Optional[_Union[AccessOutcome, str]] = ..., refusal_reason: _Optional[str] = ..., purpose: _Optional[_Union[_access_pb2.Purpose, str]] = ..., stated_reason: _Optional[str] = ..., rule: _Optional[str] = ..., legal_basis: _Optional[str] = ..., decision_id: _Optional[str] = ..., client_id: _Optional[str] = ..., released: _Optional[_Iterable[_Union[_options_pb2.DataCategory, str]]] = ..., leaf_hash: _Optional[bytes] = ..., client_count: _Optional[int] = ..., personal_part: _Optional[_Union[PersonalPart, str]] = ...) -> None: ...

class ExportAccessesRequest(_message.Message):
    __slots__ = ["access", "checkpoint_sizes", "municipality_code", "recorded_from", "recorded_until"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_SIZES_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FROM_FIELD_NUMBER: _ClassVar[int]
    RECORDED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    checkpoint_sizes: _containers.RepeatedScalarFieldContainer[int]
    municipality_code: str
    recorded_from: _timestamp_pb2.Timestamp
    recorded_until: _timestamp_pb2.Timestamp
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., recorded_from: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., recorded_until: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., checkpoint_sizes: _Optional[_Iterable[int]] = ...) -> None: ...

class ExportAccessesResponse(_message.Message):
    __slots__ = ["end", "proof", "row", "seal", "start"]
    END_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    ROW_FIELD_NUMBER: _ClassVar[int]
    SEAL_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    end: LogEnd
    proof: LogHeadProof
    row: LogRow
    seal: LogSeal
    start: LogStart
    def __init__(self, start: _Optional[_Union[LogStart, _Mapping]] = ..., row: _Optional[_Union[LogRow, _Mapping]] = ..., seal: _Optional[_Union[LogSeal, _Mapping]] = ..., proof: _Optional[_Union[LogHeadProof, _Mapping]] = ..., end: _Optional[_Union[LogEnd, _Mapping]] = ...) -> None: ...

class GetCheckpointRequest(_message.Message):
    __slots__ = ["known_size"]
    KNOWN_SIZE_FIELD_NUMBER: _ClassVar[int]
    known_size: int
    def __init__(self, known_size: _Optional[int] = ...) -> None: ...

class GetCheckpointResponse(_message.Message):
    __slots__ = ["consistency", "note"]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    consistency: _containers.RepeatedScalarFieldContainer[bytes]
    note: str
    def __init__(self, note: _Optional[str] = ..., consistency: _Optional[_Iterable[bytes]] = ...) -> None: ...

class ListAccessesRequest(_message.Message):
    __slots__ = ["access", "client_id", "municipality_code", "page_size", "page_token"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    client_id: str
    municipality_code: str
    page_size: int
    page_token: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., client_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAccessesResponse(_message.Message):
    __slots__ = ["accesses", "next_page_token"]
    ACCESSES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    accesses: _containers.RepeatedCompositeFieldContainer[Access]
    next_page_token: str
    def __init__(self, accesses: _Optional[_Iterable[_Union[Access, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class LogEnd(_message.Message):
    __slots__ = ["proof_count", "row_count", "seal_count"]
    PROOF_COUNT_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    SEAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    proof_count: int
    row_count: int
    seal_count: int
    def __init__(self, row_count: _Optional[int] = ..., seal_count: _Optional[int] = ..., proof_count: _Optional[int] = ...) -> None: ...

class LogHeadProof(_message.Message):
    __slots__ = ["entry_path", "head_count", "head_index", "head_path", "heads_root", "note", "root", "schema", "seal_hash", "seal_number", "time_microseconds", "tree_size"]
    ENTRY_PATH_FIELD_NUMBER: _ClassVar[int]
    HEADS_ROOT_FIELD_NUMBER: _ClassVar[int]
    HEAD_COUNT_FIELD_NUMBER: _ClassVar[int]
    HEAD_INDEX_FIELD_NUMBER: _ClassVar[int]
    HEAD_PATH_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    SEAL_HASH_FIELD_NUMBER: _ClassVar[int]
    SEAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TIME_MICROSECONDS_FIELD_NUMBER: _ClassVar[int]
    TREE_SIZE_FIELD_NUMBER: _ClassVar[int]
    entry_path: _containers.RepeatedScalarFieldContainer[bytes]
    head_count: int
    head_index: int
    head_path: _containers.RepeatedScalarFieldContainer[bytes]
    heads_root: bytes
    note: str
    root: bytes
    schema: str
    seal_hash: bytes
    seal_number: int
    time_microseconds: int
    tree_size: int
    def __init__(self, note: _Optional[str] = ..., time_microseconds: _Optional[int] = ..., head_count: _Optional[int] = ..., heads_root: _Optional[bytes] = ..., entry_path: _Optional[_Iterable[bytes]] = ..., seal_number: _Optional[int] = ..., tree_size: _Optional[int] = ..., root: _Optional[bytes] = ..., seal_hash: _Optional[bytes] = ..., head_index: _Optional[int] = ..., head_path: _Optional[_Iterable[bytes]] = ..., schema: _Optional[str] = ...) -> None: ...

class LogPlace(_message.Message):
    __slots__ = ["era", "sequence", "transaction"]
    ERA_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    era: int
    sequence: int
    transaction: int
    def __init__(self, era: _Optional[int] = ..., transaction: _Optional[int] = ..., sequence: _Optional[int] = ...) -> None: ...

class LogRow(_message.Message):
    __slots__ = ["actor_code", "actor_kind", "actor_system", "call_reference", "client_count", "client_id", "decision_id", "era", "leaf", "legal_basis", "method", "nonce", "outcome", "personal", "purpose", "refusal_reason", "released", "rule", "sequence", "statute_version", "time_microseconds", "transaction"]
    ACTOR_CODE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_KIND_FIELD_NUMBER: _ClassVar[int]
    ACTOR_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CALL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    ERA_FIELD_NUMBER: _ClassVar[int]
    LEAF_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_REASON_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STATUTE_VERSION_FIELD_NUMBER: _ClassVar[int]
    TIME_MICROSECONDS_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    actor_code: str
    actor_kind: str
    actor_system: str
    call_reference: str
    client_count: int
    client_id: bytes
    decision_id: bytes
    era: int
    leaf: bytes
    legal_basis: str
    method: str
    nonce: bytes
    outcome: int
    personal: bytes
    purpose: int
    refusal_reason: str
    released: _containers.RepeatedScalarFieldContainer[int]
    rule: str
    sequence: int
    statute_version: str
    time_microseconds: int
    transaction: int
    def __init__(self, era: _Optional[int] = ..., sequence: _Optional[int] = ..., transaction: _Optional[int] = ..., time_microseconds: _Optional[int] = ..., actor_kind: _Optional[str] = ..., actor_code: _Optional[str] = ..., actor_system: _Optional[str] = ..., method: _Optional[str] = ..., outcome: _Optional[int] = ..., refusal_reason: _Optional[str] = ..., purpose: _Optional[int] = ..., rule: _Optional[str] = ..., statute_version: _Optional[str] = ..., legal_basis: _Optional[str] = ..., decision_id: _Optional[bytes] = ..., client_id: _Optional[bytes] = ..., client_count: _Optional[int] = ..., released: _Optional[_Iterable[int]] = ..., call_reference: _Optional[str] = ..., personal: _Optional[bytes] = ..., nonce: _Optional[bytes] = ..., leaf: _Optional[bytes] = ...) -> None: ...

class LogSeal(_message.Message):
    __slots__ = ["first", "key_id", "last", "number", "previous", "root", "row_count", "signature", "system_identifier", "time_microseconds", "timeline", "tree_size"]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    TIMELINE_FIELD_NUMBER: _ClassVar[int]
    TIME_MICROSECONDS_FIELD_NUMBER: _ClassVar[int]
    TREE_SIZE_FIELD_NUMBER: _ClassVar[int]
    first: LogPlace
    key_id: bytes
    last: LogPlace
    number: int
    previous: bytes
    root: bytes
    row_count: int
    signature: bytes
    system_identifier: int
    time_microseconds: int
    timeline: int
    tree_size: int
    def __init__(self, number: _Optional[int] = ..., first: _Optional[_Union[LogPlace, _Mapping]] = ..., last: _Optional[_Union[LogPlace, _Mapping]] = ..., row_count: _Optional[int] = ..., tree_size: _Optional[int] = ..., root: _Optional[bytes] = ..., previous: _Optional[bytes] = ..., system_identifier: _Optional[int] = ..., timeline: _Optional[int] = ..., time_microseconds: _Optional[int] = ..., key_id: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class LogStart(_message.Message):
    __slots__ = ["frontier", "recorded_until", "schema", "seal"]
    FRONTIER_FIELD_NUMBER: _ClassVar[int]
    RECORDED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    SEAL_FIELD_NUMBER: _ClassVar[int]
    frontier: _containers.RepeatedScalarFieldContainer[bytes]
    recorded_until: _timestamp_pb2.Timestamp
    schema: str
    seal: LogSeal
    def __init__(self, schema: _Optional[str] = ..., seal: _Optional[_Union[LogSeal, _Mapping]] = ..., frontier: _Optional[_Iterable[bytes]] = ..., recorded_until: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PersonalPart(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class AccessOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
