from google.protobuf import timestamp_pb2 as _timestamp_pb2
from icds_client.icds.v1 import access_pb2 as _access_pb2
from icds_client.icds.v1 import assessments_pb2 as _assessments_pb2
from icds_client.icds.v1 import clients_pb2 as _clients_pb2
from icds_client.icds.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DECISION_OUTCOME_PERMITTED: DecisionOutcome
DECISION_OUTCOME_REFUSED: DecisionOutcome
DECISION_OUTCOME_UNSPECIFIED: DecisionOutcome
DESCRIPTOR: _descriptor.FileDescriptor
OBLIGATION_NON_DISCLOSURE_ORDER: Obligation
OBLIGATION_PURPOSE_ONLY: Obligation
OBLIGATION_SECRECY: Obligation
OBLIGATION_UNSPECIFIED: Obligation

class Condition(_message.Message):
    __slots__ = ["description", "met", "name"]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    MET_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    description: str
    met: bool
    name: str
    def __init__(self, name: _Optional[str] = ..., met: bool = ..., description: _Optional[str] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ["conditions", "decide_time", "decision_id", "legal_basis", "masked_fields", "obligations", "outcome", "purpose", "reason", "recipient", "released", "rule", "statute_version", "withheld"]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    MASKED_FIELDS_FIELD_NUMBER: _ClassVar[int]
    OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    STATUTE_VERSION_FIELD_NUMBER: _ClassVar[int]
    WITHHELD_FIELD_NUMBER: _ClassVar[int]
    conditions: _containers.RepeatedCompositeFieldContainer[Condition]
    decide_time: _timestamp_pb2.Timestamp
    decision_id: str
    legal_basis: str
    masked_fields: _containers.RepeatedScalarFieldContainer[str]
    obligations: _containers.RepeatedScalarFieldContainer[Obligation]
    outcome: DecisionOutcome
    purpose: _access_pb2.Purpose
    reason: str
    recipient: str
    released: _containers.RepeatedScalarFieldContainer[_options_pb2.DataCategory]
    rule: str
    statute_version: str
    withheld: _containers.RepeatedScalarFieldContainer[_options_pb2.DataCategory]
    def __init__(self, decision_id: _Optional[str] = ..., outcome: _Optional[_Union[DecisionOutcome, str]] = ..., rule: _Optional[str] = ..., statute_version: _Optional[str] = ..., legal_basis: _Optional[str] = ..., reason: _Optional[str] = ..., conditions: _Optional[_Iterable[_Union[Condition, _Mapping]]] = ..., released: _Optional[_Iterable[_Union[_options_pb2.DataCategory, str]]] = ..., withheld: _Optional[_Iterable[_Union[_options_pb2.DataCategory, str]]] = ..., obligations: _Optional[_Iterable[_Union[Obligation, str]]] = ..., recipient: _Optional[str] = ..., purpose: _Optional[_Union[_access_pb2.Purpose, str]] = ..., decide_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., masked_fields: _Optional[_Iterable[str]] = ...) -> None: ...

class ExplainRequest(_message.Message):
    __slots__ = ["access", "case_reference", "categories", "identity_code", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    CASE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_CODE_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    case_reference: str
    categories: _containers.RepeatedScalarFieldContainer[_options_pb2.DataCategory]
    identity_code: str
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., case_reference: _Optional[str] = ..., identity_code: _Optional[str] = ..., categories: _Optional[_Iterable[_Union[_options_pb2.DataCategory, str]]] = ...) -> None: ...

class ExplainResponse(_message.Message):
    __slots__ = ["decision"]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    decision: Decision
    def __init__(self, decision: _Optional[_Union[Decision, _Mapping]] = ...) -> None: ...

class FetchRequest(_message.Message):
    __slots__ = ["access", "case_reference", "categories", "identity_code", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    CASE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_CODE_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    case_reference: str
    categories: _containers.RepeatedScalarFieldContainer[_options_pb2.DataCategory]
    identity_code: str
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., case_reference: _Optional[str] = ..., identity_code: _Optional[str] = ..., categories: _Optional[_Iterable[_Union[_options_pb2.DataCategory, str]]] = ...) -> None: ...

class FetchResponse(_message.Message):
    __slots__ = ["assessment", "client", "decision", "sources"]
    ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    assessment: _assessments_pb2.Assessment
    client: _clients_pb2.Client
    decision: Decision
    sources: _containers.RepeatedCompositeFieldContainer[_clients_pb2.CategorySource]
    def __init__(self, decision: _Optional[_Union[Decision, _Mapping]] = ..., client: _Optional[_Union[_clients_pb2.Client, _Mapping]] = ..., assessment: _Optional[_Union[_assessments_pb2.Assessment, _Mapping]] = ..., sources: _Optional[_Iterable[_Union[_clients_pb2.CategorySource, _Mapping]]] = ...) -> None: ...

class DecisionOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Obligation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
