from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from icds_client.icds.v1 import access_pb2 as _access_pb2
from icds_client.icds.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

CHANGE_KIND_ASSESSMENT_CHANGED: ChangeKind
CHANGE_KIND_ASSESSMENT_COMPLETED: ChangeKind
CHANGE_KIND_ASSESSMENT_STARTED: ChangeKind
CHANGE_KIND_CLIENT_CHANGED: ChangeKind
CHANGE_KIND_CLIENT_CREATED: ChangeKind
CHANGE_KIND_CLIENT_REMOVED: ChangeKind
CHANGE_KIND_COUNTY_INVITED: ChangeKind
CHANGE_KIND_PARTICIPATION_ACCEPTED: ChangeKind
CHANGE_KIND_PARTICIPATION_ENDED: ChangeKind
CHANGE_KIND_UNSPECIFIED: ChangeKind
CLIENT_STATUS_ACTIVE: ClientStatus
CLIENT_STATUS_ENDED: ClientStatus
CLIENT_STATUS_UNSPECIFIED: ClientStatus
DESCRIPTOR: _descriptor.FileDescriptor
RESIDENCE_GROUND_FAMILY: ResidenceGround
RESIDENCE_GROUND_INTERNATIONAL_PROTECTION: ResidenceGround
RESIDENCE_GROUND_OTHER: ResidenceGround
RESIDENCE_GROUND_QUOTA_REFUGEE: ResidenceGround
RESIDENCE_GROUND_STUDY: ResidenceGround
RESIDENCE_GROUND_TEMPORARY_PROTECTION: ResidenceGround
RESIDENCE_GROUND_TRAFFICKING_VICTIM: ResidenceGround
RESIDENCE_GROUND_UNSPECIFIED: ResidenceGround
RESIDENCE_GROUND_WORK: ResidenceGround
RESIDENCE_TITLE_TYPE_CONTINUOUS: ResidenceTitleType
RESIDENCE_TITLE_TYPE_EU_FAMILY_CARD: ResidenceTitleType
RESIDENCE_TITLE_TYPE_EU_LONG_TERM: ResidenceTitleType
RESIDENCE_TITLE_TYPE_EU_REGISTRATION: ResidenceTitleType
RESIDENCE_TITLE_TYPE_NORDIC_REGISTRATION: ResidenceTitleType
RESIDENCE_TITLE_TYPE_PERMANENT: ResidenceTitleType
RESIDENCE_TITLE_TYPE_TEMPORARY: ResidenceTitleType
RESIDENCE_TITLE_TYPE_UNSPECIFIED: ResidenceTitleType
SOURCE_KIND_AUTHORITY: SourceKind
SOURCE_KIND_CLIENT: SourceKind
SOURCE_KIND_MIGRATION: SourceKind
SOURCE_KIND_REPRESENTATIVE: SourceKind
SOURCE_KIND_SERVICE_PROVIDER: SourceKind
SOURCE_KIND_UNSPECIFIED: SourceKind

class Background(_message.Message):
    __slots__ = ["education", "education_level", "finnish_level", "skills", "swedish_level", "work_history"]
    EDUCATION_FIELD_NUMBER: _ClassVar[int]
    EDUCATION_LEVEL_FIELD_NUMBER: _ClassVar[int]
    FINNISH_LEVEL_FIELD_NUMBER: _ClassVar[int]
    SKILLS_FIELD_NUMBER: _ClassVar[int]
    SWEDISH_LEVEL_FIELD_NUMBER: _ClassVar[int]
    WORK_HISTORY_FIELD_NUMBER: _ClassVar[int]
    education: str
    education_level: int
    finnish_level: str
    skills: str
    swedish_level: str
    work_history: str
    def __init__(self, education_level: _Optional[int] = ..., education: _Optional[str] = ..., work_history: _Optional[str] = ..., skills: _Optional[str] = ..., finnish_level: _Optional[str] = ..., swedish_level: _Optional[str] = ...) -> None: ...

class CategorySource(_message.Message):
    __slots__ = ["category", "kind", "record_time", "recorded_by", "source_name"]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RECORDED_BY_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_NAME_FIELD_NUMBER: _ClassVar[int]
    category: _options_pb2.DataCategory
    kind: SourceKind
    record_time: _timestamp_pb2.Timestamp
    recorded_by: str
    source_name: str
    def __init__(self, category: _Optional[_Union[_options_pb2.DataCategory, str]] = ..., kind: _Optional[_Union[SourceKind, str]] = ..., source_name: _Optional[str] = ..., recorded_by: _Optional[str] = ..., record_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Change(_message.Message):
    __slots__ = ["assessment_id", "client_id", "etag", "kind", "time"]
    ASSESSMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    assessment_id: str
    client_id: str
    etag: str
    kind: ChangeKind
    time: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[ChangeKind, str]] = ..., client_id: _Optional[str] = ..., assessment_id: _Optional[str] = ..., etag: _Optional[str] = ..., time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Client(_message.Message):
    __slots__ = ["background", "birth_date", "citizenships", "client_id", "contact", "create_time", "etag", "health", "identity_code", "municipality_code", "name", "non_disclosure_order", "placement", "reimbursements", "residence_titles", "service_language", "services", "sources", "status", "update_time"]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    CITIZENSHIPS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_CODE_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NON_DISCLOSURE_ORDER_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_FIELD_NUMBER: _ClassVar[int]
    REIMBURSEMENTS_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_TITLES_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    SERVICE_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    background: Background
    birth_date: str
    citizenships: _containers.RepeatedScalarFieldContainer[str]
    client_id: str
    contact: ContactDetails
    create_time: _timestamp_pb2.Timestamp
    etag: str
    health: HealthFacts
    identity_code: str
    municipality_code: str
    name: PersonName
    non_disclosure_order: bool
    placement: Placement
    reimbursements: _containers.RepeatedCompositeFieldContainer[Reimbursement]
    residence_titles: _containers.RepeatedCompositeFieldContainer[ResidenceTitle]
    service_language: ServiceLanguage
    services: _containers.RepeatedCompositeFieldContainer[ServiceRecord]
    sources: _containers.RepeatedCompositeFieldContainer[CategorySource]
    status: ClientStatus
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, client_id: _Optional[str] = ..., municipality_code: _Optional[str] = ..., etag: _Optional[str] = ..., status: _Optional[_Union[ClientStatus, str]] = ..., non_disclosure_order: bool = ..., identity_code: _Optional[str] = ..., birth_date: _Optional[str] = ..., name: _Optional[_Union[PersonName, _Mapping]] = ..., contact: _Optional[_Union[ContactDetails, _Mapping]] = ..., residence_titles: _Optional[_Iterable[_Union[ResidenceTitle, _Mapping]]] = ..., citizenships: _Optional[_Iterable[str]] = ..., service_language: _Optional[_Union[ServiceLanguage, _Mapping]] = ..., background: _Optional[_Union[Background, _Mapping]] = ..., services: _Optional[_Iterable[_Union[ServiceRecord, _Mapping]]] = ..., health: _Optional[_Union[HealthFacts, _Mapping]] = ..., placement: _Optional[_Union[Placement, _Mapping]] = ..., reimbursements: _Optional[_Iterable[_Union[Reimbursement, _Mapping]]] = ..., sources: _Optional[_Iterable[_Union[CategorySource, _Mapping]]] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ContactDetails(_message.Message):
    __slots__ = ["city", "email", "postal_code", "street_address", "telephone"]
    CITY_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    POSTAL_CODE_FIELD_NUMBER: _ClassVar[int]
    STREET_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TELEPHONE_FIELD_NUMBER: _ClassVar[int]
    city: str
    email: str
    postal_code: str
    street_address: str
    telephone: str
    def __init__(self, telephone: _Optional[str] = ..., email: _Optional[str] = ..., street_address: _Optional[str] = ..., postal_code: _Optional[str] = ..., city: _Optional[str] = ...) -> None: ...

class CreateClientRequest(_message.Message):
    __slots__ = ["access", "client", "idempotency_key", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    client: Client
    idempotency_key: str
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., client: _Optional[_Union[Client, _Mapping]] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class CreateClientResponse(_message.Message):
    __slots__ = ["client"]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: Client
    def __init__(self, client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class FindClientRequest(_message.Message):
    __slots__ = ["access", "identity_code", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_CODE_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    identity_code: str
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., identity_code: _Optional[str] = ...) -> None: ...

class FindClientResponse(_message.Message):
    __slots__ = ["client"]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: Client
    def __init__(self, client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class GetClientRequest(_message.Message):
    __slots__ = ["access", "client_id", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    client_id: str
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., client_id: _Optional[str] = ...) -> None: ...

class GetClientResponse(_message.Message):
    __slots__ = ["client"]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: Client
    def __init__(self, client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class HealthFacts(_message.Message):
    __slots__ = ["summary"]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    summary: str
    def __init__(self, summary: _Optional[str] = ...) -> None: ...

class PersonName(_message.Message):
    __slots__ = ["family_name", "given_names"]
    FAMILY_NAME_FIELD_NUMBER: _ClassVar[int]
    GIVEN_NAMES_FIELD_NUMBER: _ClassVar[int]
    family_name: str
    given_names: str
    def __init__(self, given_names: _Optional[str] = ..., family_name: _Optional[str] = ...) -> None: ...

class Placement(_message.Message):
    __slots__ = ["directed_by", "placement_date"]
    DIRECTED_BY_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_DATE_FIELD_NUMBER: _ClassVar[int]
    directed_by: str
    placement_date: str
    def __init__(self, placement_date: _Optional[str] = ..., directed_by: _Optional[str] = ...) -> None: ...

class Reimbursement(_message.Message):
    __slots__ = ["amount_cents", "decision_date", "section"]
    AMOUNT_CENTS_FIELD_NUMBER: _ClassVar[int]
    DECISION_DATE_FIELD_NUMBER: _ClassVar[int]
    SECTION_FIELD_NUMBER: _ClassVar[int]
    amount_cents: int
    decision_date: str
    section: str
    def __init__(self, section: _Optional[str] = ..., amount_cents: _Optional[int] = ..., decision_date: _Optional[str] = ...) -> None: ...

class ResidenceTitle(_message.Message):
    __slots__ = ["ground", "type", "valid_from", "valid_to"]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    ground: ResidenceGround
    type: ResidenceTitleType
    valid_from: str
    valid_to: str
    def __init__(self, type: _Optional[_Union[ResidenceTitleType, str]] = ..., ground: _Optional[_Union[ResidenceGround, str]] = ..., valid_from: _Optional[str] = ..., valid_to: _Optional[str] = ...) -> None: ...

class ServiceLanguage(_message.Message):
    __slots__ = ["arrangements", "contact_language", "interpreter_needed", "native_language"]
    ARRANGEMENTS_FIELD_NUMBER: _ClassVar[int]
    CONTACT_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    INTERPRETER_NEEDED_FIELD_NUMBER: _ClassVar[int]
    NATIVE_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    arrangements: str
    contact_language: str
    interpreter_needed: bool
    native_language: str
    def __init__(self, native_language: _Optional[str] = ..., contact_language: _Optional[str] = ..., interpreter_needed: bool = ..., arrangements: _Optional[str] = ...) -> None: ...

class ServiceRecord(_message.Message):
    __slots__ = ["end_date", "outcome", "service_name", "start_date"]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SERVICE_NAME_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    end_date: str
    outcome: str
    service_name: str
    start_date: str
    def __init__(self, service_name: _Optional[str] = ..., start_date: _Optional[str] = ..., end_date: _Optional[str] = ..., outcome: _Optional[str] = ...) -> None: ...

class UpdateClientRequest(_message.Message):
    __slots__ = ["access", "client", "client_id", "etag", "idempotency_key", "municipality_code", "update_mask"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    client: Client
    client_id: str
    etag: str
    idempotency_key: str
    municipality_code: str
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., client_id: _Optional[str] = ..., etag: _Optional[str] = ..., client: _Optional[_Union[Client, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class UpdateClientResponse(_message.Message):
    __slots__ = ["client"]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: Client
    def __init__(self, client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class WatchChangesRequest(_message.Message):
    __slots__ = ["access", "cursor", "from_beginning", "municipality_code"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    FROM_BEGINNING_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    access: _access_pb2.AccessContext
    cursor: str
    from_beginning: bool
    municipality_code: str
    def __init__(self, access: _Optional[_Union[_access_pb2.AccessContext, _Mapping]] = ..., municipality_code: _Optional[str] = ..., cursor: _Optional[str] = ..., from_beginning: bool = ...) -> None: ...

class WatchChangesResponse(_message.Message):
    __slots__ = ["changes", "cursor"]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    cursor: str
    def __init__(self, changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ..., cursor: _Optional[str] = ...) -> None: ...

class ClientStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ResidenceTitleType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ResidenceGround(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class SourceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
