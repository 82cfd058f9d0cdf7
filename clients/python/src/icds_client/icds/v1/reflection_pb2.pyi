from icds_client.icds.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetDescriptorSetRequest(_message.Message):
    __slots__ = ["known_fingerprint"]
    KNOWN_FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    known_fingerprint: bytes
    def __init__(self, known_fingerprint: _Optional[bytes] = ...) -> None: ...

class GetDescriptorSetResponse(_message.Message):
    __slots__ = ["descriptor_set", "fingerprint"]
    DESCRIPTOR_SET_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    descriptor_set: bytes
    fingerprint: bytes
    def __init__(self, fingerprint: _Optional[bytes] = ..., descriptor_set: _Optional[bytes] = ...) -> None: ...

class ListServicesRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class ListServicesResponse(_message.Message):
    __slots__ = ["fingerprint", "services"]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    fingerprint: bytes
    services: _containers.RepeatedCompositeFieldContainer[ServiceSummary]
    def __init__(self, services: _Optional[_Iterable[_Union[ServiceSummary, _Mapping]]] = ..., fingerprint: _Optional[bytes] = ...) -> None: ...

class MethodSummary(_message.Message):
    __slots__ = ["audited", "callable", "callers", "client_streaming", "full_name", "server_streaming"]
    AUDITED_FIELD_NUMBER: _ClassVar[int]
    CALLABLE_FIELD_NUMBER: _ClassVar[int]
    CALLERS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_STREAMING_FIELD_NUMBER: _ClassVar[int]
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    SERVER_STREAMING_FIELD_NUMBER: _ClassVar[int]
    audited: bool
    callable: bool
    callers: _containers.RepeatedScalarFieldContainer[_options_pb2.OrganisationKind]
    client_streaming: bool
    full_name: str
    server_streaming: bool
    def __init__(self, full_name: _Optional[str] = ..., client_streaming: bool = ..., server_streaming: bool = ..., callers: _Optional[_Iterable[_Union[_options_pb2.OrganisationKind, str]]] = ..., callable: bool = ..., audited: bool = ...) -> None: ...

class ServiceSummary(_message.Message):
    __slots__ = ["methods", "name"]
    METHODS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    methods: _containers.RepeatedCompositeFieldContainer[MethodSummary]
    name: str
    def __init__(self, name: _Optional[str] = ..., methods: _Optional[_Iterable[_Union[MethodSummary, _Mapping]]] = ...) -> None: ...
