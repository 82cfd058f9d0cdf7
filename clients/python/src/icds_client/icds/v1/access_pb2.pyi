from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
PURPOSE_ASSESSMENT: Purpose
PURPOSE_INTEGRATION_SERVICES: Purpose
PURPOSE_LOG_OVERSIGHT: Purpose
PURPOSE_MINOR_CARE: Purpose
PURPOSE_MINOR_PLAN: Purpose
PURPOSE_MINOR_REPRESENTATIVE: Purpose
PURPOSE_MUNICIPAL_PLACEMENT: Purpose
PURPOSE_PLAN_DRAFT: Purpose
PURPOSE_PLAN_REVIEW: Purpose
PURPOSE_UNSPECIFIED: Purpose

class AccessContext(_message.Message):
    __slots__ = ["purpose", "reason", "user_id"]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    purpose: Purpose
    reason: str
    user_id: str
    def __init__(self, user_id: _Optional[str] = ..., purpose: _Optional[_Union[Purpose, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class Purpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
