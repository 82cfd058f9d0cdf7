from google.protobuf import timestamp_pb2 as _timestamp_pb2
from icds_client.icds.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Connection(_message.Message):
    __slots__ = ["age_milliseconds", "bytes_received", "bytes_sent", "calls_failed", "calls_open", "calls_started", "calls_succeeded", "certificate_not_after", "id", "last_call_at", "messages_received", "messages_sent", "opened_at", "organisation_code", "organisation_kind", "peer_uri", "reference", "rejections", "remote_address", "tls_cipher", "tls_version"]
    AGE_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    BYTES_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    BYTES_SENT_FIELD_NUMBER: _ClassVar[int]
    CALLS_FAILED_FIELD_NUMBER: _ClassVar[int]
    CALLS_OPEN_FIELD_NUMBER: _ClassVar[int]
    CALLS_STARTED_FIELD_NUMBER: _ClassVar[int]
    CALLS_SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_NOT_AFTER_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    LAST_CALL_AT_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_SENT_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_CODE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_KIND_FIELD_NUMBER: _ClassVar[int]
    PEER_URI_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REJECTIONS_FIELD_NUMBER: _ClassVar[int]
    REMOTE_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TLS_CIPHER_FIELD_NUMBER: _ClassVar[int]
    TLS_VERSION_FIELD_NUMBER: _ClassVar[int]
    age_milliseconds: int
    bytes_received: int
    bytes_sent: int
    calls_failed: int
    calls_open: int
    calls_started: int
    calls_succeeded: int
    certificate_not_after: _timestamp_pb2.Timestamp
    id: int
    last_call_at: _timestamp_pb2.Timestamp
    messages_received: int
    messages_sent: int
    opened_at: _timestamp_pb2.Timestamp
    organisation_code: str
    organisation_kind: _options_pb2.OrganisationKind
    peer_uri: str
    reference: str
    rejections: _containers.RepeatedCompositeFieldContainer[ReasonCount]
    remote_address: str
    tls_cipher: str
    tls_version: str
    def __init__(self, id: _Optional[int] = ..., reference: _Optional[str] = ..., peer_uri: _Optional[str] = ..., organisation_kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., organisation_code: _Optional[str] = ..., remote_address: _Optional[str] = ..., opened_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., age_milliseconds: _Optional[int] = ..., calls_started: _Optional[int] = ..., calls_succeeded: _Optional[int] = ..., calls_failed: _Optional[int] = ..., calls_open: _Optional[int] = ..., messages_received: _Optional[int] = ..., messages_sent: _Optional[int] = ..., bytes_received: _Optional[int] = ..., bytes_sent: _Optional[int] = ..., last_call_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., rejections: _Optional[_Iterable[_Union[ReasonCount, _Mapping]]] = ..., tls_version: _Optional[str] = ..., tls_cipher: _Optional[str] = ..., certificate_not_after: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetConnectionRequest(_message.Message):
    __slots__ = ["id"]
    ID_FIELD_NUMBER: _ClassVar[int]
    id: int
    def __init__(self, id: _Optional[int] = ...) -> None: ...

class GetConnectionResponse(_message.Message):
    __slots__ = ["connection"]
    CONNECTION_FIELD_NUMBER: _ClassVar[int]
    connection: Connection
    def __init__(self, connection: _Optional[_Union[Connection, _Mapping]] = ...) -> None: ...

class GetServerTotalsRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class GetServerTotalsResponse(_message.Message):
    __slots__ = ["totals"]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    totals: ServerTotals
    def __init__(self, totals: _Optional[_Union[ServerTotals, _Mapping]] = ...) -> None: ...

class ListConnectionsRequest(_message.Message):
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

class ListConnectionsResponse(_message.Message):
    __slots__ = ["connections", "next_page_token"]
    CONNECTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    connections: _containers.RepeatedCompositeFieldContainer[Connection]
    next_page_token: str
    def __init__(self, connections: _Optional[_Iterable[_Union[Connection, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ReasonCount(_message.Message):
    __slots__ = ["count", "reason"]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    count: int
    reason: str
    def __init__(self, reason: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class ServerTotals(_message.Message):
    __slots__ = ["bytes_received", "bytes_sent", "calls_started", "calls_succeeded", "connections_accepted", "connections_open", "ends_by_reason", "handlers_running", "handshakes_completed", "handshakes_failed", "started_at"]
    BYTES_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    BYTES_SENT_FIELD_NUMBER: _ClassVar[int]
    CALLS_STARTED_FIELD_NUMBER: _ClassVar[int]
    CALLS_SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    CONNECTIONS_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    CONNECTIONS_OPEN_FIELD_NUMBER: _ClassVar[int]
    ENDS_BY_REASON_FIELD_NUMBER: _ClassVar[int]
    HANDLERS_RUNNING_FIELD_NUMBER: _ClassVar[int]
    HANDSHAKES_COMPLETED_FIELD_NUMBER: _ClassVar[int]
    HANDSHAKES_FAILED_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    bytes_received: int
    bytes_sent: int
    calls_started: int
    calls_succeeded: int
    connections_accepted: int
    connections_open: int
    ends_by_reason: _containers.RepeatedCompositeFieldContainer[ReasonCount]
    handlers_running: int
    handshakes_completed: int
    handshakes_failed: int
    started_at: _timestamp_pb2.Timestamp
    def __init__(self, started_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., connections_open: _Optional[int] = ..., connections_accepted: _Optional[int] = ..., handshakes_completed: _Optional[int] = ..., handshakes_failed: _Optional[int] = ..., handlers_running: _Optional[int] = ..., calls_started: _Optional[int] = ..., calls_succeeded: _Optional[int] = ..., bytes_received: _Optional[int] = ..., bytes_sent: _Optional[int] = ..., ends_by_reason: _Optional[_Iterable[_Union[ReasonCount, _Mapping]]] = ...) -> None: ...
