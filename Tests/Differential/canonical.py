"""The one encoding of a message that both sides are compared by."""

from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor as Field

from structure import varint


class UnknownFieldLeft(Exception):
    """The message has an unknown field still, for which there is no one encoding."""


def canonical(message):
    """Fields by number, maps by key, and in the entries of maps no text or number that is a default.

    Encoders are free in the order of maps, and may leave such defaults out.
    """
    return rewritten(message.SerializeToString(deterministic=True), message.DESCRIPTOR)


def rewritten(data, descriptor):
    if not leads_to_map(descriptor):
        return data
    # Number of a map's field and the key of the entry, so that entries can be sorted; their bytes.
    output, position = [], 0
    while position < len(data):
        start = position
        tag, position = read_varint(data, position)
        kind, field = tag & 7, descriptor.fields_by_number.get(tag >> 3)
        if field is None:
            raise UnknownFieldLeft
        if kind == 2:
            length, position = read_varint(data, position)
            body, position = data[position:position + length], position + length
            if field.cpp_type == Field.CPPTYPE_MESSAGE:
                body = rewritten(body, field.message_type)
            if not (descriptor.GetOptions().map_entry and not body and is_text(field)):
                key = map_key(field, body)
                output.append((key, varint(tag) + varint(len(body)) + body))
            continue
        value = 0
        if kind == 0:
            value, position = read_varint(data, position)
        else:
            size = 8 if kind == 1 else 4
            value, position = int.from_bytes(data[position:position + size]), position + size
        if value or not descriptor.GetOptions().map_entry:
            output.append((None, data[start:position]))
    return b"".join(part for _, part in in_order(output))


def in_order(output):
    """The fields with the entries of each map, which stand together, by their keys."""
    result = []
    for key, part in output:
        place = len(result)
        while key and place and result[place - 1][0] and result[place - 1][0] > key:
            place -= 1
        result.insert(place, (key, part))
    return result


def map_key(field, body):
    """The number of a map's field with the key of its entry; None for other fields."""
    if field.message_type is None or not field.message_type.GetOptions().map_entry:
        return None
    key = message_factory.GetMessageClass(field.message_type).FromString(body).key
    return field.number, key.encode() if isinstance(key, str) else key


def is_text(field):
    return field.cpp_type == Field.CPPTYPE_STRING


def read_varint(data, position):
    value, shift = 0, 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, position


_known = {}


def leads_to_map(descriptor):
    """Whether the message has maps, or has messages that have."""
    if descriptor.full_name not in _known:
        seen, waiting = set(), [descriptor]
        while waiting:
            current = waiting.pop()
            if current.full_name in seen:
                continue
            seen.add(current.full_name)
            waiting += [field.message_type for field in current.fields if field.message_type]
        names = {descriptor.full_name} | seen
        _known[descriptor.full_name] = any(
            descriptor.file.pool.FindMessageTypeByName(name).GetOptions().map_entry
            for name in names)
    return _known[descriptor.full_name]
