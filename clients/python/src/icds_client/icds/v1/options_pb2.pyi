from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

ADDRESS_ACCESS_CONTEXT: Address
ADDRESS_ASSESSMENT: Address
ADDRESS_CASE_REFERENCE: Address
ADDRESS_CLIENT: Address
ADDRESS_FIELD_NUMBER: _ClassVar[int]
ADDRESS_IDEMPOTENCY_KEY: Address
ADDRESS_IDENTITY_CODE: Address
ADDRESS_MUNICIPALITY: Address
ADDRESS_UNSPECIFIED: Address
AUDITED_FIELD_NUMBER: _ClassVar[int]
CALLERS_FIELD_NUMBER: _ClassVar[int]
CATEGORY_FIELD_NUMBER: _ClassVar[int]
DATA_CATEGORY_ASSESSMENT_AND_PLAN: DataCategory
DATA_CATEGORY_EDUCATION_AND_WORK: DataCategory
DATA_CATEGORY_HEALTH: DataCategory
DATA_CATEGORY_IDENTITY_CODE: DataCategory
DATA_CATEGORY_NAME_AND_CONTACT: DataCategory
DATA_CATEGORY_PLACEMENT: DataCategory
DATA_CATEGORY_REIMBURSEMENT: DataCategory
DATA_CATEGORY_RESIDENCE: DataCategory
DATA_CATEGORY_SERVICES: DataCategory
DATA_CATEGORY_SERVICE_LANGUAGE: DataCategory
DATA_CATEGORY_UNSPECIFIED: DataCategory
DESCRIPTOR: _descriptor.FileDescriptor
ORGANISATION_KIND_AGENCY: OrganisationKind
ORGANISATION_KIND_COUNTY: OrganisationKind
ORGANISATION_KIND_MUNICIPALITY: OrganisationKind
ORGANISATION_KIND_OPERATOR: OrganisationKind
ORGANISATION_KIND_UNSPECIFIED: OrganisationKind
PERSONAL_FIELD_NUMBER: _ClassVar[int]
address: _descriptor.FieldDescriptor
audited: _descriptor.FieldDescriptor
callers: _descriptor.FieldDescriptor
category: _descriptor.FieldDescriptor
personal: _descriptor.FieldDescriptor

class OrganisationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Address(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DataCategory(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
