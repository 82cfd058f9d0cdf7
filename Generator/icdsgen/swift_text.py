"""JSON in both directions, and the redacted description."""

from . import names
from .swift_coding import full_swift_name
from .swift_types import access, element_type, oneof_property, property_of, singles_and_oneofs

SINGLE = {"string": "String", "bytes": "Bytes", "bool": "Bool", "enum": "Enum", "message": "Message"}


def kind_word(field):
    return SINGLE.get(field.kind, "Number")


def emit_json(source, message):
    level = access(message.package)
    source.open(f"extension {full_swift_name(message)} {{")
    source.open(f"{level} init(json: JSONValue) throws(JSONError) {{")
    source.line("self.init()")
    if message.fields:
        source.line("var seen = JSONSeenFields()")
    source.open("for member in try json.messageMembers() {")
    source.line("switch member.name {")
    for field in message.fields:
        spellings = dict.fromkeys([field.json_name, field.name])
        source.line("case " + ", ".join(f'"{name}"' for name in spellings) + ":")
        source.level += 1
        source.line(f"try seen.insert({field.number}, member)")
        emit_read(source, message, field)
        source.level -= 1
    source.line("default: throw member.unknownField()")
    source.line("}")
    source.close()
    source.close()
    source.line()
    source.open(f"{level} var json: JSONValue {{")
    source.line(f"{'var' if message.fields else 'let'} members = JSONMembers()")
    for kind, member, fields in singles_and_oneofs(message):
        if kind == "oneof":
            source.line(f"switch self.{oneof_property(member, message)} {{")
            for field in fields:
                value = "value"
                source.line(f"case .{property_of(field, message)}(let value)?:")
                name = f'"{field.json_name}"'
                source.line(f"    members.append({name}, {value})")
            source.line("case nil: break")
            source.line("}")
        else:
            source.line(f"members.add(\"{member.json_name}\", self.{property_of(member, message)})")
    source.line("return members.object")
    source.close()
    source.close()
    source.line()


def emit_read(source, message, field):
    target = f"self.{property_of(field, message)}"
    if field.oneof:
        oneof = f"self.{oneof_property(field.oneof, message)}"
        element = element_type(field, message)
        source.open(f"if let value = try member.value(of: {element}.self) {{")
        source.line(f"guard {oneof} == nil else {{ throw member.secondOfOneof() }}")
        source.line(f"{oneof} = .{property_of(field, message)}(value)")
        source.close()
    elif field.map_entry:
        key, value = (element_type(part, message) for part in field.map_entry.fields)
        source.line(f"{target} = try member.map(of: {key}.self, to: {value}.self)")
    elif field.repeated:
        source.line(f"{target} = try member.values(of: {element_type(field, message)}.self)")
    else:
        element = element_type(field, message)
        source.line(f"if let value = try member.value(of: {element}.self) {{ {target} = value }}")


def emit_description(source, message):
    level = access(message.package)
    source.open(f"extension {full_swift_name(message)} {{")
    source.open(f"{level} var description: String {{")
    source.line(f"{'var' if message.fields else 'let'} text = RedactedText(\"{message.path[-1]}\")")
    for kind, member, fields in singles_and_oneofs(message):
        if kind == "oneof":
            source.line(f"switch self.{oneof_property(member, message)} {{")
            for field in fields:
                if field.personal:
                    source.line(f"case .{property_of(field, message)}?:")
                    source.line(f"    text.addRedacted(\"{field.name}\")")
                else:
                    source.line(f"case .{property_of(field, message)}(let value)?:")
                    source.line(f"    text.append(\"{field.name}\", value)")
            source.line("case nil: break")
            source.line("}")
            continue
        value = f"self.{property_of(member, message)}"
        if member.personal:
            source.line(f"if {is_set(member, message, value)} {{ text.addRedacted(\"{member.name}\") }}")
        elif member.map_entry:
            source.line(f"text.addCount(\"{member.name}\", {value}.count)")
        else:
            source.line(f"text.add(\"{member.name}\", {value})")
    source.line("return text.finished")
    source.close()
    source.close()
    source.line()


def is_set(field, message, value):
    if field.map_entry or field.repeated or field.kind in ("string", "bytes"):
        return f"!{value}.isEmpty"
    if field.kind == "message":
        return f"{value} != nil"
    if field.kind == "bool":
        return value
    if field.kind == "enum":
        return f"{value}.rawValue != 0"
    return f"{value} != 0"
