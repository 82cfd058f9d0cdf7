from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Call(_message.Message):
    __slots__ = ["call_id", "end_of_stream", "has_payload", "metadata", "method", "payload", "timeout_milliseconds"]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    END_OF_STREAM_FIELD_NUMBER: _ClassVar[int]
    HAS_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    call_id: int
    end_of_stream: bool
    has_payload: bool
    metadata: _containers.RepeatedCompositeFieldContainer[MetadataEntry]
    method: str
    payload: bytes
    timeout_milliseconds: int
    def __init__(self, call_id: _Optional[int] = ..., method: _Optional[str] = ..., timeout_milliseconds: _Optional[int] = ..., metadata: _Optional[_Iterable[_Union[MetadataEntry, _Mapping]]] = ..., payload: _Optional[bytes] = ..., end_of_stream: bool = ..., has_payload: bool = ...) -> None: ...

class Cancel(_message.Message):
    __slots__ = ["call_id"]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    call_id: int
    def __init__(self, call_id: _Optional[int] = ...) -> None: ...

class ConnectionLimits(_message.Message):
    __slots__ = ["call_credit_bytes", "connection_credit_bytes", "frame_bytes_max", "idle_milliseconds_max", "message_bytes_max", "metadata_bytes_max", "metadata_entries_max", "open_calls_max", "ping_interval_milliseconds_min", "timeout_milliseconds_max", "useful_milliseconds_min"]
    CALL_CREDIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_CREDIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    FRAME_BYTES_MAX_FIELD_NUMBER: _ClassVar[int]
    IDLE_MILLISECONDS_MAX_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_BYTES_MAX_FIELD_NUMBER: _ClassVar[int]
    METADATA_BYTES_MAX_FIELD_NUMBER: _ClassVar[int]
    METADATA_ENTRIES_MAX_FIELD_NUMBER: _ClassVar[int]
    OPEN_CALLS_MAX_FIELD_NUMBER: _ClassVar[int]
    PING_INTERVAL_MILLISECONDS_MIN_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MILLISECONDS_MAX_FIELD_NUMBER: _ClassVar[int]
    USEFUL_MILLISECONDS_MIN_FIELD_NUMBER: _ClassVar[int]
    call_credit_bytes: int
    connection_credit_bytes: int
    frame_bytes_max: int
    idle_milliseconds_max: int
    message_bytes_max: int
    metadata_bytes_max: int
    metadata_entries_max: int
    open_calls_max: int
    ping_interval_milliseconds_min: int
    timeout_milliseconds_max: int
    useful_milliseconds_min: int
    def __init__(self, frame_bytes_max: _Optional[int] = ..., message_bytes_max: _Optional[int] = ..., open_calls_max: _Optional[int] = ..., metadata_bytes_max: _Optional[int] = ..., call_credit_bytes: _Optional[int] = ..., connection_credit_bytes: _Optional[int] = ..., idle_milliseconds_max: _Optional[int] = ..., ping_interval_milliseconds_min: _Optional[int] = ..., metadata_entries_max: _Optional[int] = ..., useful_milliseconds_min: _Optional[int] = ..., timeout_milliseconds_max: _Optional[int] = ...) -> None: ...

class Credit(_message.Message):
    __slots__ = ["bytes", "call_id"]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    bytes: int
    call_id: int
    def __init__(self, call_id: _Optional[int] = ..., bytes: _Optional[int] = ...) -> None: ...

class End(_message.Message):
    __slots__ = ["call_id", "metadata", "payload", "status", "trailing_metadata"]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TRAILING_METADATA_FIELD_NUMBER: _ClassVar[int]
    call_id: int
    metadata: _containers.RepeatedCompositeFieldContainer[MetadataEntry]
    payload: bytes
    status: Status
    trailing_metadata: _containers.RepeatedCompositeFieldContainer[MetadataEntry]
    def __init__(self, call_id: _Optional[int] = ..., status: _Optional[_Union[Status, _Mapping]] = ..., payload: _Optional[bytes] = ..., metadata: _Optional[_Iterable[_Union[MetadataEntry, _Mapping]]] = ..., trailing_metadata: _Optional[_Iterable[_Union[MetadataEntry, _Mapping]]] = ...) -> None: ...

class FieldViolation(_message.Message):
    __slots__ = ["description", "field", "reason"]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    description: str
    field: str
    reason: str
    def __init__(self, field: _Optional[str] = ..., reason: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class Frame(_message.Message):
    __slots__ = ["call", "cancel", "credit", "end", "go_away", "hello", "message", "ping", "pong"]
    CALL_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    GO_AWAY_FIELD_NUMBER: _ClassVar[int]
    HELLO_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    PING_FIELD_NUMBER: _ClassVar[int]
    PONG_FIELD_NUMBER: _ClassVar[int]
    call: Call
    cancel: Cancel
    credit: Credit
    end: End
    go_away: GoAway
    hello: Hello
    message: Message
    ping: Ping
    pong: Pong
    def __init__(self, hello: _Optional[_Union[Hello, _Mapping]] = ..., call: _Optional[_Union[Call, _Mapping]] = ..., message: _Optional[_Union[Message, _Mapping]] = ..., credit: _Optional[_Union[Credit, _Mapping]] = ..., cancel: _Optional[_Union[Cancel, _Mapping]] = ..., end: _Optional[_Union[End, _Mapping]] = ..., ping: _Optional[_Union[Ping, _Mapping]] = ..., pong: _Optional[_Union[Pong, _Mapping]] = ..., go_away: _Optional[_Union[GoAway, _Mapping]] = ...) -> None: ...

class GoAway(_message.Message):
    __slots__ = ["code", "last_call_id", "message", "reason"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    LAST_CALL_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    code: int
    last_call_id: int
    message: str
    reason: str
    def __init__(self, last_call_id: _Optional[int] = ..., code: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class Hello(_message.Message):
    __slots__ = ["admitted_as", "implementation", "limits", "versions"]
    ADMITTED_AS_FIELD_NUMBER: _ClassVar[int]
    IMPLEMENTATION_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    admitted_as: str
    implementation: str
    limits: ConnectionLimits
    versions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, versions: _Optional[_Iterable[int]] = ..., implementation: _Optional[str] = ..., limits: _Optional[_Union[ConnectionLimits, _Mapping]] = ..., admitted_as: _Optional[str] = ...) -> None: ...

class Message(_message.Message):
    __slots__ = ["call_id", "end_of_stream", "has_payload", "metadata", "payload"]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    END_OF_STREAM_FIELD_NUMBER: _ClassVar[int]
    HAS_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    call_id: int
    end_of_stream: bool
    has_payload: bool
    metadata: _containers.RepeatedCompositeFieldContainer[MetadataEntry]
    payload: bytes
    def __init__(self, call_id: _Optional[int] = ..., payload: _Optional[bytes] = ..., end_of_stream: bool = ..., has_payload: bool = ..., metadata: _Optional[_Iterable[_Union[MetadataEntry, _Mapping]]] = ...) -> None: ...

class MetadataEntry(_message.Message):
    __slots__ = ["key", "value"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: bytes
    def __init__(self, key: _Optional[str] = ..., value: _Optional[bytes] = ...) -> None: ...

class Ping(_message.Message):
    __slots__ = ["opaque"]
    OPAQUE_FIELD_NUMBER: _ClassVar[int]
    opaque: int
    def __init__(self, opaque: _Optional[int] = ...) -> None: ...

class Pong(_message.Message):
    __slots__ = ["opaque"]
    OPAQUE_FIELD_NUMBER: _ClassVar[int]
    opaque: int
    def __init__(self, opaque: _Optional[int] = ...) -> None: ...

class ResourceInfo(_message.Message):
    __slots__ = ["resource_name", "resource_type"]
    RESOURCE_NAME_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    resource_name: str
    resource_type: str
    def __init__(self, resource_type: _Optional[str] = ..., resource_name: _Optional[str] = ...) -> None: ...

class RetryInfo(_message.Message):
    __slots__ = ["delay_milliseconds"]
    DELAY_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    delay_milliseconds: int
    def __init__(self, delay_milliseconds: _Optional[int] = ...) -> None: ...

class Status(_message.Message):
    __slots__ = ["code", "details", "message", "reason"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    code: int
    details: _containers.RepeatedCompositeFieldContainer[StatusDetail]
    message: str
    reason: str
    def __init__(self, code: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., details: _Optional[_Iterable[_Union[StatusDetail, _Mapping]]] = ...) -> None: ...

class StatusDetail(_message.Message):
    __slots__ = ["field_violation", "resource_info", "retry_info", "typed_message"]
    FIELD_VIOLATION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_INFO_FIELD_NUMBER: _ClassVar[int]
    RETRY_INFO_FIELD_NUMBER: _ClassVar[int]
    TYPED_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    field_violation: FieldViolation
    resource_info: ResourceInfo
    retry_info: RetryInfo
    typed_message: TypedMessage
    def __init__(self, field_violation: _Optional[_Union[FieldViolation, _Mapping]] = ..., retry_info: _Optional[_Union[RetryInfo, _Mapping]] = ..., resource_info: _Optional[_Union[ResourceInfo, _Mapping]] = ..., typed_message: _Optional[_Union[TypedMessage, _Mapping]] = ...) -> None: ...

class TypedMessage(_message.Message):
    __slots__ = ["type_name", "value"]
    TYPE_NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    type_name: str
    value: bytes
    def __init__(self, type_name: _Optional[str] = ..., value: _Optional[bytes] = ...) -> None: ...
