"""What upb, which PyPI's protobuf is built on, or Swift does in its own way: not to be compared.

Each is in known-differences.json, where a sample shows it.
"""

import re
import unicodedata

from google.protobuf.descriptor import FieldDescriptor as Field
from google.protobuf.unknown_fields import UnknownFieldSet

PATH = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)*")


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def parts(message):
    """The message and every message in it."""
    waiting = [message]
    while waiting:
        current = waiting.pop()
        yield current
        for field, value in current.ListFields():
            if field.cpp_type != Field.CPPTYPE_MESSAGE:
                continue
            if not is_map(field):
                waiting += value if field.is_repeated else [value]
            elif field.message_type.fields_by_name["value"].cpp_type == Field.CPPTYPE_MESSAGE:
                waiting += value.values()


def has_lost_entries(message):
    """Whether entries of maps are missing: upb keeps one that has an unknown field as unknown."""
    for part in parts(message):
        maps = {field.number for field in part.DESCRIPTOR.fields if is_map(field)}
        if maps and any(unknown.field_number in maps for unknown in UnknownFieldSet(part)):
            return True
    return False


def has_equivalent_keys(message):
    """Whether a map has two keys that Unicode has as equivalent, which are one key to Swift."""
    for part in parts(message):
        for field, values in part.ListFields():
            if not is_map(field) or not all(isinstance(key, str) for key in values):
                continue
            if len({unicodedata.normalize("NFC", key) for key in values}) < len(values):
                return True
    return False


def has_odd_paths(message):
    """Whether a field mask has paths that are no fields' names: there is no JSON for them."""
    return any(
        not PATH.fullmatch(path)
        for part in parts(message) if part.DESCRIPTOR.full_name == "google.protobuf.FieldMask"
        for path in part.paths)
