from icds_client.icds.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EchoRequest(_message.Message):
    __slots__ = ["labels", "node", "nodes", "numbers", "payload", "text"]
    class LabelsEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    LABELS_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    labels: _containers.ScalarMap[str, str]
    node: Node
    nodes: _containers.RepeatedCompositeFieldContainer[Node]
    numbers: _containers.RepeatedScalarFieldContainer[int]
    payload: bytes
    text: str
    def __init__(self, text: _Optional[str] = ..., payload: _Optional[bytes] = ..., numbers: _Optional[_Iterable[int]] = ..., node: _Optional[_Union[Node, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., nodes: _Optional[_Iterable[_Union[Node, _Mapping]]] = ...) -> None: ...

class EchoResponse(_message.Message):
    __slots__ = ["payload", "text"]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    payload: bytes
    text: str
    def __init__(self, text: _Optional[str] = ..., payload: _Optional[bytes] = ...) -> None: ...

class Node(_message.Message):
    __slots__ = ["child"]
    CHILD_FIELD_NUMBER: _ClassVar[int]
    child: Node
    def __init__(self, child: _Optional[_Union[Node, _Mapping]] = ...) -> None: ...
