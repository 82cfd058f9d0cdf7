from google.protobuf import timestamp_pb2 as _timestamp_pb2
from icds_client.icds.v1 import access_pb2 as _access_pb2
from icds_client.icds.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

ASSESSMENT_STATUS_COMPLETED: AssessmentStatus
ASSESSMENT_STATUS_OPEN: AssessmentStatus
ASSESSMENT_STATUS_UNSPECIFIED: AssessmentStatus
ASSESSMENT_TRIGGER_HOME_CARE_ALLOWANCE: AssessmentTrigger
ASSESSMENT_TRIGGER_PROTECTION: AssessmentTrigger
ASSESSMENT_TRIGGER_REQUEST: AssessmentTrigger
ASSESSMENT_TRIGGER_SOCIAL_ASSISTANCE: AssessmentTrigger
ASSESSMENT_TRIGGER_TRAFFICKING_VICTIM: AssessmentTrigger
ASSESSMENT_TRIGGER_UNACCOMPANIED: AssessmentTrigger
ASSESSMENT_TRIGGER_UNEMPLOYED_JOBSEEKER: AssessmentTrigger
ASSESSMENT_TRIGGER_UNSPECIFIED: AssessmentTrigger
DESCRIPTOR: _descriptor.FileDescriptor

class AcceptParticipationRequest(_message.Message):
    __slots__ = ["access", "case_reference", "idempotency_key", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    CASE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    case_reference: str
    idempotency_key: str
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., case_reference: _Optional[str] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class AcceptParticipationResponse(_message.Message):
    __slots__ = ["participation"]
    PARTICIPATION_FIELD_NUMBER: _ClassVar[int]
    participation: Participation
    def __init__(self, participation: _Optional[_Union[Participation, _Mapping]] = ...) -> None: ...

class Assessment(_message.Message):
    __slots__ = ["assessment_id", "client_id", "complete_time", "content", "etag", "participation", "recorded_by", "start_time", "status", "trigger"]
    ASSESSMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TIME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    PARTICIPATION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_BY_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    assessment_id: str
    client_id: str
    complete_time: _timestamp_pb2.Timestamp
    content: AssessmentContent
    etag: str
    participation: Participation
    recorded_by: str
    start_time: _timestamp_pb2.Timestamp
    status: AssessmentStatus
    trigger: AssessmentTrigger
    def __init__(self, assessment_id: _Optional[str] = ..., client_id: _Optional[str] = ..., etag: _Optional[str] = ..., status: _Optional[_Union[AssessmentStatus, str]] = ..., trigger: _Optional[_Union[AssessmentTrigger, str]] = ..., content: _Optional[_Union[AssessmentContent, _Mapping]] = ..., start_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., complete_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., recorded_by: _Optional[str] = ..., participation: _Optional[_Union[Participation, _Mapping]] = ...) -> None: ...

class AssessmentContent(_message.Message):
    __slots__ = ["initial_interview", "plan_needed", "planned_plan_date", "service_needs", "social_and_health_needs"]
    INITIAL_INTERVIEW_FIELD_NUMBER: _ClassVar[int]
    PLANNED_PLAN_DATE_FIELD_NUMBER: _ClassVar[int]
    PLAN_NEEDED_FIELD_NUMBER: _ClassVar[int]
    SERVICE_NEEDS_FIELD_NUMBER: _ClassVar[int]
    SOCIAL_AND_HEALTH_NEEDS_FIELD_NUMBER: _ClassVar[int]
    initial_interview: str
    plan_needed: bool
    planned_plan_date: str
    service_needs: str
    social_and_health_needs: str
    def __init__(self, initial_interview: _Optional[str] = ..., service_needs: _Optional[str] = ..., social_and_health_needs: _Optional[str] = ..., plan_needed: bool = ..., planned_plan_date: _Optional[str] = ...) -> None: ...

class CompleteAssessmentRequest(_message.Message):
    __slots__ = ["access", "assessment_id", "content", "etag", "idempotency_key", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    ASSESSMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    assessment_id: str
    content: AssessmentContent
    etag: str
    idempotency_key: str
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., assessment_id: _Optional[str] = ..., etag: _Optional[str] = ..., content: _Optional[_Union[AssessmentContent, _Mapping]] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class CompleteAssessmentResponse(_message.Message):
    __slots__ = ["assessment"]
    ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    assessment: Assessment
    def __init__(self, assessment: _Optional[_Union[Assessment, _Mapping]] = ...) -> None: ...

class EndParticipationRequest(_message.Message):
    __slots__ = ["access", "assessment_id", "idempotency_key", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    ASSESSMENT_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    assessment_id: str
    idempotency_key: str
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., assessment_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class EndParticipationResponse(_message.Message):
    __slots__ = ["participation"]
    PARTICIPATION_FIELD_NUMBER: _ClassVar[int]
    participation: Participation
    def __init__(self, participation: _Optional[_Union[Participation, _Mapping]] = ...) -> None: ...

class GetAssessmentRequest(_message.Message):
    __slots__ = ["access", "assessment_id", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    ASSESSMENT_ID_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    assessment_id: str
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., assessment_id: _Optional[str] = ...) -> None: ...

class GetAssessmentResponse(_message.Message):
    __slots__ = ["assessment"]
    ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    assessment: Assessment
    def __init__(self, assessment: _Optional[_Union[Assessment, _Mapping]] = ...) -> None: ...

class InviteCountyRequest(_message.Message):
    __slots__ = ["access", "assessment_id", "idempotency_key", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    ASSESSMENT_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    assessment_id: str
    idempotency_key: str
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., assessment_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class InviteCountyResponse(_message.Message):
    __slots__ = ["participation"]
    PARTICIPATION_FIELD_NUMBER: _ClassVar[int]
    participation: Participation
    def __init__(self, participation: _Optional[_Union[Participation, _Mapping]] = ...) -> None: ...

class Participation(_message.Message):
    __slots__ = ["accept_time", "case_reference", "county_code", "end_time", "invite_time"]
    ACCEPT_TIME_FIELD_NUMBER: _ClassVar[int]
    CASE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    COUNTY_CODE_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    INVITE_TIME_FIELD_NUMBER: _ClassVar[int]
    accept_time: _timestamp_pb2.Timestamp
    case_reference: str
    county_code: str
    end_time: _timestamp_pb2.Timestamp
    invite_time: _timestamp_pb2.Timestamp
    def __init__(self, county_code: _Optional[str] = ..., case_reference: _Optional[str] = ..., invite_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., accept_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StartAssessmentRequest(_message.Message):
    __slots__ = ["access", "client_id", "content", "idempotency_key", "municipality_code", "trigger"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    client_id: str
    content: AssessmentContent
    idempotency_key: str
    municipality_code: str
    trigger: AssessmentTrigger
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., client_id: _Optional[str] = ..., trigger: _Optional[_Union[AssessmentTrigger, str]] = ..., content: _Optional[_Union[AssessmentContent, _Mapping]] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class StartAssessmentResponse(_message.Message):
    __slots__ = ["assessment"]
    ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    assessment: Assessment
    def __init__(self, assessment: _Optional[_Union[Assessment, _Mapping]] = ...) -> None: ...

class AssessmentStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class AssessmentTrigger(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
