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

class Access(_message.Message):
    __slots__ = ["access_time", "actor_code", "actor_kind", "actor_system", "client_count", "client_id", "decision_id", "leaf_hash", "legal_basis", "method", "outcome", "purpose", "refusal_reason", "released", "rule", "sequence", "stated_reason", "user_id"]
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
    purpose: _access_pb2.Purpose
    refusal_reason: str
    released: _containers.RepeatedScalarFieldContainer[_options_pb2.DataCategory]
    rule: str
    sequence: int
    stated_reason: str
    user_id: str
    def __init__(self, sequence: _Optional[int] = ..., access_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., actor_kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., actor_code: _Optional[str] = ..., actor_system: _Optional[str] = ..., user_id: _Optional[str] = ..., method: _Optional[str] = ..., outcome: _Optional[_Union[AccessOutcome, str]] = ..., refusal_reason: _Optional[str] = ..., purpose: _Optional[_Union[_access_pb2.Purpose, str]] = ..., stated_reason: _Optional[str] = ..., rule: _Optional[str] = ..., legal_basis: _Optional[str] = ..., decision_id: _Optional[str] = ..., client_id: _Optional[str] = ..., released: _Optional[_Iterable[_Union[_options_pb2.DataCategory, str]]] = ..., leaf_hash: _Optional[bytes] = ..., client_count: _Optional[int] = ...) -> None: ...

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

class AccessOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
