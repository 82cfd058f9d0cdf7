from icds_client.icds.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetOrganisationQuotaRequest(_message.Message):
    __slots__ = ["code", "kind"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    code: str
    kind: _options_pb2.OrganisationKind
    def __init__(self, kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., code: _Optional[str] = ...) -> None: ...

class GetOrganisationQuotaResponse(_message.Message):
    __slots__ = ["quota", "use"]
    QUOTA_FIELD_NUMBER: _ClassVar[int]
    USE_FIELD_NUMBER: _ClassVar[int]
    quota: Quota
    use: QuotaUse
    def __init__(self, quota: _Optional[_Union[Quota, _Mapping]] = ..., use: _Optional[_Union[QuotaUse, _Mapping]] = ...) -> None: ...

class GetQuotaRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class GetQuotaResponse(_message.Message):
    __slots__ = ["quota", "use"]
    QUOTA_FIELD_NUMBER: _ClassVar[int]
    USE_FIELD_NUMBER: _ClassVar[int]
    quota: Quota
    use: QuotaUse
    def __init__(self, quota: _Optional[_Union[Quota, _Mapping]] = ..., use: _Optional[_Union[QuotaUse, _Mapping]] = ...) -> None: ...

class Quota(_message.Message):
    __slots__ = ["is_default", "works_under_way_max", "works_waiting_max"]
    IS_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    WORKS_UNDER_WAY_MAX_FIELD_NUMBER: _ClassVar[int]
    WORKS_WAITING_MAX_FIELD_NUMBER: _ClassVar[int]
    is_default: bool
    works_under_way_max: int
    works_waiting_max: int
    def __init__(self, works_under_way_max: _Optional[int] = ..., works_waiting_max: _Optional[int] = ..., is_default: bool = ...) -> None: ...

class QuotaUse(_message.Message):
    __slots__ = ["works_under_way", "works_waiting"]
    WORKS_UNDER_WAY_FIELD_NUMBER: _ClassVar[int]
    WORKS_WAITING_FIELD_NUMBER: _ClassVar[int]
    works_under_way: int
    works_waiting: int
    def __init__(self, works_under_way: _Optional[int] = ..., works_waiting: _Optional[int] = ...) -> None: ...

class SetOrganisationQuotaRequest(_message.Message):
    __slots__ = ["code", "idempotency_key", "kind", "quota"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    QUOTA_FIELD_NUMBER: _ClassVar[int]
    code: str
    idempotency_key: str
    kind: _options_pb2.OrganisationKind
    quota: Quota
    def __init__(self, kind: _Optional[_Union[_options_pb2.OrganisationKind, str]] = ..., code: _Optional[str] = ..., quota: _Optional[_Union[Quota, _Mapping]] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class SetOrganisationQuotaResponse(_message.Message):
    __slots__ = ["quota"]
    QUOTA_FIELD_NUMBER: _ClassVar[int]
    quota: Quota
    def __init__(self, quota: _Optional[_Union[Quota, _Mapping]] = ...) -> None: ...
