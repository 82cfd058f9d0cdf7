"""Random valid messages, made through their descriptors."""

from google.protobuf.descriptor import FieldDescriptor as Field

BOUNDS = {
    Field.CPPTYPE_INT32: (-2**31, 2**31 - 1),
    Field.CPPTYPE_INT64: (-2**63, 2**63 - 1),
    Field.CPPTYPE_UINT32: (0, 2**32 - 1),
    Field.CPPTYPE_UINT64: (0, 2**64 - 1),
}

CHARACTERS = "aZ09 ~\"\\/\n\u007f\u0080é\u0301ßЖ\u07ff\u0800€\ud7ff\ue000\ufffd\uffff😈\U0010ffff"

DEPTH_MAX = 4


class ValidMaker:
    def __init__(self, random):
        self.random = random

    def encoded(self, message_class):
        message = message_class()
        self.fill(message, 0)
        return message.SerializeToString()

    def fill(self, message, depth):
        for field in message.DESCRIPTOR.fields:
            if self.random.random() < (0.25 if len(message.DESCRIPTOR.fields) < 12 else 0.1):
                self.set(message, field, depth)

    def set(self, message, field, depth):
        is_message = field.cpp_type == Field.CPPTYPE_MESSAGE
        if is_message and depth >= DEPTH_MAX:
            return
        if is_message and field.message_type.GetOptions().map_entry:
            self.set_map(getattr(message, field.name), field.message_type, depth)
        elif field.is_repeated:
            values = getattr(message, field.name)
            for _ in range(self.random.randrange(4)):
                if is_message:
                    self.fill(values.add(), depth + 1)
                else:
                    values.append(self.scalar(field))
        elif is_message:
            value = getattr(message, field.name)
            value.SetInParent()
            self.fill(value, depth + 1)
        else:
            setattr(message, field.name, self.scalar(field))

    def set_map(self, values, entry, depth):
        key, value = entry.fields_by_name["key"], entry.fields_by_name["value"]
        for _ in range(self.random.randrange(4)):
            if value.cpp_type == Field.CPPTYPE_MESSAGE:
                self.fill(values[self.scalar(key)], depth + 1)
            else:
                values[self.scalar(key)] = self.scalar(value)

    def scalar(self, field):
        kind = field.cpp_type
        if kind in BOUNDS:
            return self.number(*BOUNDS[kind])
        if kind == Field.CPPTYPE_BOOL:
            return self.random.random() < 0.5
        if kind == Field.CPPTYPE_ENUM:
            return self.random.choice([0, 1, 2, 3, 99, -1, 2**31 - 1])
        if field.type == Field.TYPE_BYTES:
            return self.random.randbytes(self.random.randrange(6))
        return self.text()

    def text(self):
        return "".join(self.random.choice(CHARACTERS) for _ in range(self.random.randrange(6)))

    def number(self, low, high):
        choice = self.random.randrange(4)
        if choice == 0:
            return self.random.choice([low, high, 0, 1])
        value = 1 << self.random.randrange(high.bit_length())
        value += self.random.choice([-1, 0, 1])
        return max(low, min(high, -value if choice == 1 and low < 0 else value))
