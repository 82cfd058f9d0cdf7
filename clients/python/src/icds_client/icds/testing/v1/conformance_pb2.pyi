from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
SHADE_DARK: Shade
SHADE_LIGHT: Shade
SHADE_UNSPECIFIED: Shade

class EveryKind(_message.Message):
    __slots__ = ["last_field", "map_fixed32_sfixed64", "map_int32_int32", "map_sint64_uint64", "map_string_bytes", "map_string_enum", "map_string_nested_message", "map_string_string", "map_uint64_bool", "oneof_bool", "oneof_bytes", "oneof_enum", "oneof_inner_message", "oneof_nested_message", "oneof_string", "oneof_uint32", "oneof_uint64", "optional_bool", "optional_bytes", "optional_duration", "optional_enum", "optional_field_mask", "optional_fixed32", "optional_fixed64", "optional_int32", "optional_int64", "optional_nested_message", "optional_sfixed32", "optional_sfixed64", "optional_sint32", "optional_sint64", "optional_string", "optional_timestamp", "optional_uint32", "optional_uint64", "recursive_message", "repeated_bool", "repeated_bytes", "repeated_enum", "repeated_fixed32", "repeated_fixed64", "repeated_int32", "repeated_int64", "repeated_nested_message", "repeated_sfixed32", "repeated_sfixed64", "repeated_sint32", "repeated_sint64", "repeated_string", "repeated_timestamp", "repeated_uint32", "repeated_uint64", "unpacked_enum", "unpacked_fixed64", "unpacked_int32"]
    class Inner(_message.Message):
        __slots__ = ["x", "y"]
        X_FIELD_NUMBER: _ClassVar[int]
        Y_FIELD_NUMBER: _ClassVar[int]
        x: int
        y: int
        def __init__(self, x: _Optional[int] = ..., y: _Optional[int] = ...) -> None: ...
    class MapFixed32Sfixed64Entry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: int
        value: int
        def __init__(self, key: _Optional[int] = ..., value: _Optional[int] = ...) -> None: ...
    class MapInt32Int32Entry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: int
        value: int
        def __init__(self, key: _Optional[int] = ..., value: _Optional[int] = ...) -> None: ...
    class MapSint64Uint64Entry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: int
        value: int
        def __init__(self, key: _Optional[int] = ..., value: _Optional[int] = ...) -> None: ...
    class MapStringBytesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: bytes
        def __init__(self, key: _Optional[str] = ..., value: _Optional[bytes] = ...) -> None: ...
    class MapStringEnumEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Shade
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Shade, str]] = ...) -> None: ...
    class MapStringNestedMessageEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: EveryKind.Nested
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[EveryKind.Nested, _Mapping]] = ...) -> None: ...
    class MapStringStringEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class MapUint64BoolEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: int
        value: bool
        def __init__(self, key: _Optional[int] = ..., value: bool = ...) -> None: ...
    class Nested(_message.Message):
        __slots__ = ["a", "b", "c", "inner", "message", "number", "numbers"]
        A_FIELD_NUMBER: _ClassVar[int]
        B_FIELD_NUMBER: _ClassVar[int]
        C_FIELD_NUMBER: _ClassVar[int]
        INNER_FIELD_NUMBER: _ClassVar[int]
        MESSAGE_FIELD_NUMBER: _ClassVar[int]
        NUMBERS_FIELD_NUMBER: _ClassVar[int]
        NUMBER_FIELD_NUMBER: _ClassVar[int]
        a: int
        b: str
        c: bytes
        inner: EveryKind.Inner
        message: EveryKind.Inner
        number: int
        numbers: _containers.RepeatedScalarFieldContainer[int]
        def __init__(self, a: _Optional[int] = ..., b: _Optional[str] = ..., c: _Optional[bytes] = ..., numbers: _Optional[_Iterable[int]] = ..., inner: _Optional[_Union[EveryKind.Inner, _Mapping]] = ..., number: _Optional[int] = ..., message: _Optional[_Union[EveryKind.Inner, _Mapping]] = ...) -> None: ...
    LAST_FIELD_FIELD_NUMBER: _ClassVar[int]
    MAP_FIXED32_SFIXED64_FIELD_NUMBER: _ClassVar[int]
    MAP_INT32_INT32_FIELD_NUMBER: _ClassVar[int]
    MAP_SINT64_UINT64_FIELD_NUMBER: _ClassVar[int]
    MAP_STRING_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAP_STRING_ENUM_FIELD_NUMBER: _ClassVar[int]
    MAP_STRING_NESTED_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    MAP_STRING_STRING_FIELD_NUMBER: _ClassVar[int]
    MAP_UINT64_BOOL_FIELD_NUMBER: _ClassVar[int]
    ONEOF_BOOL_FIELD_NUMBER: _ClassVar[int]
    ONEOF_BYTES_FIELD_NUMBER: _ClassVar[int]
    ONEOF_ENUM_FIELD_NUMBER: _ClassVar[int]
    ONEOF_INNER_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ONEOF_NESTED_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ONEOF_STRING_FIELD_NUMBER: _ClassVar[int]
    ONEOF_UINT32_FIELD_NUMBER: _ClassVar[int]
    ONEOF_UINT64_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_BOOL_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_DURATION_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_ENUM_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_FIELD_MASK_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_FIXED32_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_FIXED64_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_INT32_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_INT64_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_NESTED_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_SFIXED32_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_SFIXED64_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_SINT32_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_SINT64_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_STRING_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_UINT32_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_UINT64_FIELD_NUMBER: _ClassVar[int]
    RECURSIVE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_BOOL_FIELD_NUMBER: _ClassVar[int]
    REPEATED_BYTES_FIELD_NUMBER: _ClassVar[int]
    REPEATED_ENUM_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIXED32_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIXED64_FIELD_NUMBER: _ClassVar[int]
    REPEATED_INT32_FIELD_NUMBER: _ClassVar[int]
    REPEATED_INT64_FIELD_NUMBER: _ClassVar[int]
    REPEATED_NESTED_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_SFIXED32_FIELD_NUMBER: _ClassVar[int]
    REPEATED_SFIXED64_FIELD_NUMBER: _ClassVar[int]
    REPEATED_SINT32_FIELD_NUMBER: _ClassVar[int]
    REPEATED_SINT64_FIELD_NUMBER: _ClassVar[int]
    REPEATED_STRING_FIELD_NUMBER: _ClassVar[int]
    REPEATED_TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    REPEATED_UINT32_FIELD_NUMBER: _ClassVar[int]
    REPEATED_UINT64_FIELD_NUMBER: _ClassVar[int]
    UNPACKED_ENUM_FIELD_NUMBER: _ClassVar[int]
    UNPACKED_FIXED64_FIELD_NUMBER: _ClassVar[int]
    UNPACKED_INT32_FIELD_NUMBER: _ClassVar[int]
    last_field: int
    map_fixed32_sfixed64: _containers.ScalarMap[int, int]
    map_int32_int32: _containers.ScalarMap[int, int]
    map_sint64_uint64: _containers.ScalarMap[int, int]
    map_string_bytes: _containers.ScalarMap[str, bytes]
    map_string_enum: _containers.ScalarMap[str, Shade]
    map_string_nested_message: _containers.MessageMap[str, EveryKind.Nested]
    map_string_string: _containers.ScalarMap[str, str]
    map_uint64_bool: _containers.ScalarMap[int, bool]
    oneof_bool: bool
    oneof_bytes: bytes
    oneof_enum: Shade
    oneof_inner_message: EveryKind.Inner
    oneof_nested_message: EveryKind.Nested
    oneof_string: str
    oneof_uint32: int
    oneof_uint64: int
    optional_bool: bool
    optional_bytes: bytes
    optional_duration: _duration_pb2.Duration
    optional_enum: Shade
    optional_field_mask: _field_mask_pb2.FieldMask
    optional_fixed32: int
    optional_fixed64: int
    optional_int32: int
    optional_int64: int
    optional_nested_message: EveryKind.Nested
    optional_sfixed32: int
    optional_sfixed64: int
    optional_sint32: int
    optional_sint64: int
    optional_string: str
    optional_timestamp: _timestamp_pb2.Timestamp
    optional_uint32: int
    optional_uint64: int
    recursive_message: EveryKind
    repeated_bool: _containers.RepeatedScalarFieldContainer[bool]
    repeated_bytes: _containers.RepeatedScalarFieldContainer[bytes]
    repeated_enum: _containers.RepeatedScalarFieldContainer[Shade]
    repeated_fixed32: _containers.RepeatedScalarFieldContainer[int]
    repeated_fixed64: _containers.RepeatedScalarFieldContainer[int]
    repeated_int32: _containers.RepeatedScalarFieldContainer[int]
    repeated_int64: _containers.RepeatedScalarFieldContainer[int]
    repeated_nested_message: _containers.RepeatedCompositeFieldContainer[EveryKind.Nested]
    repeated_sfixed32: _containers.RepeatedScalarFieldContainer[int]
    repeated_sfixed64: _containers.RepeatedScalarFieldContainer[int]
    repeated_sint32: _containers.RepeatedScalarFieldContainer[int]
    repeated_sint64: _containers.RepeatedScalarFieldContainer[int]
    repeated_string: _containers.RepeatedScalarFieldContainer[str]
    repeated_timestamp: _containers.RepeatedCompositeFieldContainer[_timestamp_pb2.Timestamp]
    repeated_uint32: _containers.RepeatedScalarFieldContainer[int]
    repeated_uint64: _containers.RepeatedScalarFieldContainer[int]
    unpacked_enum: _containers.RepeatedScalarFieldContainer[Shade]
    unpacked_fixed64: _containers.RepeatedScalarFieldContainer[int]
    unpacked_int32: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, optional_int32: _Optional[int] = ..., optional_int64: _Optional[int] = ..., optional_uint32: _Optional[int] = ..., optional_uint64: _Optional[int] = ..., optional_sint32: _Optional[int] = ..., optional_sint64: _Optional[int] = ..., optional_fixed32: _Optional[int] = ..., optional_fixed64: _Optional[int] = ..., optional_sfixed32: _Optional[int] = ..., optional_sfixed64: _Optional[int] = ..., optional_bool: bool = ..., optional_string: _Optional[str] = ..., optional_bytes: _Optional[bytes] = ..., optional_nested_message: _Optional[_Union[EveryKind.Nested, _Mapping]] = ..., optional_enum: _Optional[_Union[Shade, str]] = ..., recursive_message: _Optional[_Union[EveryKind, _Mapping]] = ..., repeated_int32: _Optional[_Iterable[int]] = ..., repeated_int64: _Optional[_Iterable[int]] = ..., repeated_uint32: _Optional[_Iterable[int]] = ..., repeated_uint64: _Optional[_Iterable[int]] = ..., repeated_sint32: _Optional[_Iterable[int]] = ..., repeated_sint64: _Optional[_Iterable[int]] = ..., repeated_fixed32: _Optional[_Iterable[int]] = ..., repeated_fixed64: _Optional[_Iterable[int]] = ..., repeated_sfixed32: _Optional[_Iterable[int]] = ..., repeated_sfixed64: _Optional[_Iterable[int]] = ..., repeated_bool: _Optional[_Iterable[bool]] = ..., repeated_string: _Optional[_Iterable[str]] = ..., repeated_bytes: _Optional[_Iterable[bytes]] = ..., repeated_nested_message: _Optional[_Iterable[_Union[EveryKind.Nested, _Mapping]]] = ..., repeated_enum: _Optional[_Iterable[_Union[Shade, str]]] = ..., unpacked_int32: _Optional[_Iterable[int]] = ..., unpacked_fixed64: _Optional[_Iterable[int]] = ..., unpacked_enum: _Optional[_Iterable[_Union[Shade, str]]] = ..., map_int32_int32: _Optional[_Mapping[int, int]] = ..., map_sint64_uint64: _Optional[_Mapping[int, int]] = ..., map_fixed32_sfixed64: _Optional[_Mapping[int, int]] = ..., map_uint64_bool: _Optional[_Mapping[int, bool]] = ..., map_string_string: _Optional[_Mapping[str, str]] = ..., map_string_bytes: _Optional[_Mapping[str, bytes]] = ..., map_string_nested_message: _Optional[_Mapping[str, EveryKind.Nested]] = ..., map_string_enum: _Optional[_Mapping[str, Shade]] = ..., oneof_uint32: _Optional[int] = ..., oneof_nested_message: _Optional[_Union[EveryKind.Nested, _Mapping]] = ..., oneof_string: _Optional[str] = ..., oneof_bytes: _Optional[bytes] = ..., oneof_bool: bool = ..., oneof_uint64: _Optional[int] = ..., oneof_enum: _Optional[_Union[Shade, str]] = ..., oneof_inner_message: _Optional[_Union[EveryKind.Inner, _Mapping]] = ..., optional_timestamp: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., optional_duration: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., optional_field_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., repeated_timestamp: _Optional[_Iterable[_Union[_timestamp_pb2.Timestamp, _Mapping]]] = ..., last_field: _Optional[int] = ...) -> None: ...

class Shade(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
