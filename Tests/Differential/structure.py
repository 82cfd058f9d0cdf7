"""Random fields in protobuf's wire format: mostly well formed, with every liberty that it allows.

Fields come in any order and more than once, unknown ones among them; varints are longer than they
need to be; now and then a length, a wire type or a tag is wrong.
"""

import struct

from google.protobuf.descriptor import FieldDescriptor as Field

FIXED32 = {Field.TYPE_FIXED32, Field.TYPE_SFIXED32, Field.TYPE_FLOAT}
FIXED64 = {Field.TYPE_FIXED64, Field.TYPE_SFIXED64, Field.TYPE_DOUBLE}
LENGTH = {Field.TYPE_STRING, Field.TYPE_BYTES, Field.TYPE_MESSAGE}

TEXTS = [
    b"", b"a", b"\x7f", "é".encode(), "e\u0301".encode(), "€".encode(), "😈".encode(), b"abcdefgh",
    b"abcdefg\x00", b"\x00", b"\xc3", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
]
# How often the texts above that are valid are taken from: the first eight.
TEXTS_VALID = 8

DEPTH_MAX = 5


def varint(value, padding=0):
    """A varint, with so many bytes more than it needs."""
    parts = []
    while value >= 0x80 or padding and len(parts) < 9:
        if value < 0x80:
            padding -= 1
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


class StructureMaker:
    def __init__(self, random):
        self.random = random

    def encoded(self, descriptor, depth=0):
        # A wrong byte early hides all that follows, so most messages have none.
        self.faults = self.faults if depth else self.random.random() < 0.3
        if depth == 0 and self.random.random() < 0.01:
            return self.deep(descriptor)
        count = self.random.choice([0, 1, 1, 2, 3, 5, 8]) if depth else self.random.randrange(1, 9)
        return b"".join(self.field(descriptor, depth) for _ in range(count))

    def deep(self, descriptor):
        """Messages inside one another, around the limits of both sides."""
        field = next((f for f in descriptor.fields if f.message_type == descriptor), None)
        data = b""
        for _ in range(self.random.choice([30, 31, 32, 33, 98, 99, 100, 101]) if field else 0):
            data = varint(field.number << 3 | 2) + varint(len(data)) + data
        return data

    def is_wrong(self, probability):
        return self.faults and self.random.random() < probability

    def field(self, descriptor, depth):
        if not descriptor.fields or self.random.random() < 0.08:
            return self.unknown(descriptor)
        field = self.random.choice(descriptor.fields)
        kind = self.wire_type(field)
        value = self.value(field, kind, depth)
        if self.is_wrong(0.06):
            kind = self.random.randrange(8)
        return self.tag(field.number, kind) + value

    def tag(self, number, kind):
        if self.is_wrong(0.03):
            return varint(self.random.choice([kind, 2**32 | number << 3 | kind, 2**35]))
        tag = number << 3 | kind
        room = 5 - len(varint(tag))
        padding = self.random.randrange(room + 1) if self.random.random() < 0.05 else 0
        if self.is_wrong(0.02):
            padding = room + 1
        return varint(tag, padding)

    def wire_type(self, field):
        if field.type in LENGTH:
            return 2
        if field.is_repeated and self.random.random() < 0.6:
            return 2
        return 5 if field.type in FIXED32 else 1 if field.type in FIXED64 else 0

    def value(self, field, kind, depth):
        if field.type == Field.TYPE_MESSAGE:
            is_deep = depth >= DEPTH_MAX
            return self.prefixed(b"" if is_deep else self.encoded(field.message_type, depth + 1))
        if field.type == Field.TYPE_STRING:
            count = len(TEXTS) if self.faults and self.random.random() < 0.2 else TEXTS_VALID
            return self.prefixed(self.random.choice(TEXTS[:count]))
        if field.type == Field.TYPE_BYTES:
            return self.prefixed(self.random.randbytes(self.random.randrange(5)))
        if kind == 2:
            values = [self.scalar(field) for _ in range(self.random.randrange(4))]
            return self.prefixed(b"".join(values))
        return self.scalar(field)

    def scalar(self, field):
        if field.type in FIXED32:
            return self.random.choice([bytes(4), b"\xff" * 4, self.random.randbytes(4)])
        if field.type in FIXED64:
            return self.random.choice([bytes(8), b"\xff" * 8, self.random.randbytes(8)])
        return self.varint_value()

    def varint_value(self):
        if self.is_wrong(0.05):
            return self.random.choice([b"\xff" * 9 + b"\x02", b"\x80" * 10 + b"\x01", b"\x80" * 9])
        value = self.random.choice(
            [0, 1, 2, 127, 128, 300, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63, 2**64 - 1])
        padding = self.random.randrange(9) if self.random.random() < 0.1 else 0
        return varint(value, padding)

    def prefixed(self, data):
        length = len(data)
        if self.is_wrong(0.03):
            length = max(0, length + self.random.choice([-1, 1, 200, 2**31, 2**32, 2**35]))
        return varint(length, self.random.randrange(3) if self.random.random() < 0.05 else 0) + data

    def unknown(self, descriptor):
        number = self.random.choice([15, 16, 63, 64, 200, 18999, 19000, 536870911])
        if number in descriptor.fields_by_number:
            return b""
        kind = self.random.choice([0, 1, 2, 5])
        if self.is_wrong(0.1):
            group = self.random.choice([b"", self.tag(number, 0) + b"\x01"])
            return self.tag(number, 3) + group + self.tag(number, 4)
        value = {
            0: self.varint_value(), 1: bytes(8), 2: self.prefixed(b"abc"), 5: struct.pack("<I", 7),
        }[kind]
        return self.tag(number, kind) + value
