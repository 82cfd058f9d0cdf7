from google.protobuf import timestamp_pb2 as _timestamp_pb2
from icds_client.icds.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
KEY_GENERATION_STATE_CURRENT: KeyGenerationState
KEY_GENERATION_STATE_INCOMING: KeyGenerationState
KEY_GENERATION_STATE_RETIRED: KeyGenerationState
KEY_GENERATION_STATE_UNSPECIFIED: KeyGenerationState
KEY_KIND_DATA: KeyKind
KEY_KIND_MASTER: KeyKind
KEY_KIND_UNSPECIFIED: KeyKind
KEY_ORDER_OUTCOME_ENDED: KeyOrderOutcome
KEY_ORDER_OUTCOME_NOT_FOUND: KeyOrderOutcome
KEY_ORDER_OUTCOME_NOT_PROVISIONED: KeyOrderOutcome
KEY_ORDER_OUTCOME_ORDERED: KeyOrderOutcome
KEY_ORDER_OUTCOME_UNDER_WAY: KeyOrderOutcome
KEY_ORDER_OUTCOME_UNSPECIFIED: KeyOrderOutcome
KEY_ROTATION_STATE_BUILDING: KeyRotationState
KEY_ROTATION_STATE_CLEARING: KeyRotationState
KEY_ROTATION_STATE_DONE: KeyRotationState
KEY_ROTATION_STATE_ORDERED: KeyRotationState
KEY_ROTATION_STATE_UNSPECIFIED: KeyRotationState

class KeyGeneration(_message.Message):
    __slots__ = ["answer_count", "create_time", "master_key_id", "number", "state"]
    ANSWER_COUNT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    MASTER_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    answer_count: int
    create_time: _timestamp_pb2.Timestamp
    master_key_id: str
    number: int
    state: KeyGenerationState
    def __init__(self, number: _Optional[int] = ..., state: _Optional[_Union[KeyGenerationState, str]] = ..., master_key_id: _Optional[str] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., answer_count: _Optional[int] = ...) -> None: ...

class KeyOrder(_message.Message):
    __slots__ = ["municipality_code", "outcome"]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    outcome: KeyOrderOutcome
    def __init__(self, municipality_code: _Optional[str] = ..., outcome: _Optional[_Union[KeyOrderOutcome, str]] = ...) -> None: ...

class KeyRotation(_message.Message):
    __slots__ = ["actor_uri", "done_count", "failure", "failure_time", "finish_time", "kind", "order_time", "row_count", "state"]
    ACTOR_URI_FIELD_NUMBER: _ClassVar[int]
    DONE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_TIME_FIELD_NUMBER: _ClassVar[int]
    FINISH_TIME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ORDER_TIME_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    actor_uri: str
    done_count: int
    failure: str
    failure_time: _timestamp_pb2.Timestamp
    finish_time: _timestamp_pb2.Timestamp
    kind: KeyKind
    order_time: _timestamp_pb2.Timestamp
    row_count: int
    state: KeyRotationState
    def __init__(self, kind: _Optional[_Union[KeyKind, str]] = ..., state: _Optional[_Union[KeyRotationState, str]] = ..., actor_uri: _Optional[str] = ..., order_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., row_count: _Optional[int] = ..., done_count: _Optional[int] = ..., finish_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., failure: _Optional[str] = ..., failure_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListKeysRequest(_message.Message):
    __slots__ = ["page_size", "page_token"]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListKeysResponse(_message.Message):
    __slots__ = ["master_key_ids", "municipalities", "next_page_token"]
    MASTER_KEY_IDS_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    master_key_ids: _containers.RepeatedScalarFieldContainer[str]
    municipalities: _containers.RepeatedCompositeFieldContainer[MunicipalityKeys]
    next_page_token: str
    def __init__(self, municipalities: _Optional[_Iterable[_Union[MunicipalityKeys, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., master_key_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class MunicipalityKeys(_message.Message):
    __slots__ = ["generations", "municipality_code", "rotation"]
    GENERATIONS_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    ROTATION_FIELD_NUMBER: _ClassVar[int]
    generations: _containers.RepeatedCompositeFieldContainer[KeyGeneration]
    municipality_code: str
    rotation: KeyRotation
    def __init__(self, municipality_code: _Optional[str] = ..., generations: _Optional[_Iterable[_Union[KeyGeneration, _Mapping]]] = ..., rotation: _Optional[_Union[KeyRotation, _Mapping]] = ...) -> None: ...

class RotateKeysRequest(_message.Message):
    __slots__ = ["all", "idempotency_key", "kind", "municipality_codes"]
    ALL_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODES_FIELD_NUMBER: _ClassVar[int]
    all: bool
    idempotency_key: str
    kind: KeyKind
    municipality_codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[_Union[KeyKind, str]] = ..., municipality_codes: _Optional[_Iterable[str]] = ..., all: bool = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class RotateKeysResponse(_message.Message):
    __slots__ = ["orders"]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[KeyOrder]
    def __init__(self, orders: _Optional[_Iterable[_Union[KeyOrder, _Mapping]]] = ...) -> None: ...

class KeyKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class KeyOrderOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class KeyGenerationState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class KeyRotationState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
