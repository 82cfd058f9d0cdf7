"""Swift's type of a field, and how the model's messages and enums become Swift declarations."""

from . import names

SCALARS = {
    "bool": ("Bool", "false"),
    "int32": ("Int32", "0"),
    "int64": ("Int64", "0"),
    "uint32": ("UInt32", "0"),
    "uint64": ("UInt64", "0"),
    "string": ("String", '""'),
    "bytes": ("[UInt8]", "[]"),
}


def access(package):
    return "package" if package == names.WIRE_PACKAGE else "public"


def element_type(field, message):
    """Type of one value of the field."""
    if field.kind in SCALARS:
        return SCALARS[field.kind][0]
    return names.swift_type(field.type_name, message.package)


def property_of(field, message):
    return names.property_name(field.name, f"{message.full_name}.{field.name}")


def declaration(field, message):
    """Type and default of the field's property."""
    if field.map_entry:
        key, value = field.map_entry.fields
        return f"[{element_type(key, message)}: {element_type(value, message)}]", "[:]"
    element = element_type(field, message)
    if field.repeated:
        return f"[{element}]", "[]"
    if field.kind == "message":
        return f"{element}?", None
    if field.kind == "enum":
        return element, f".{field.zero_case}"
    return SCALARS[field.kind]


def oneof_type(name):
    return names.upper_camel(name)


def oneof_property(name, message):
    return names.property_name(name, f"{message.full_name}.{name}")


def singles_and_oneofs(message):
    """The message's members in order: ("field", field) or ("oneof", name, fields)."""
    seen, members = set(), []
    for field in message.fields:
        if not field.oneof:
            members.append(("field", field, None))
        elif field.oneof not in seen:
            seen.add(field.oneof)
            fields = [other for other in message.fields if other.oneof == field.oneof]
            members.append(("oneof", field.oneof, fields))
    return members


def emit_message(source, message):
    level = access(message.package)
    swift_name = message.path[-1]
    outer = extension_of(message)
    if outer:
        source.open(f"extension {outer} {{")
    source.documentation(message.documentation)
    source.open(f"{level} struct {names.escaped(swift_name)}: {protocol_of(message)} {{")
    source.line(f'{level} static let messageName = "{message.full_name}"')
    source.line()
    for kind, member, fields in singles_and_oneofs(message):
        if kind == "field":
            emit_property(source, message, member, level)
        else:
            emit_oneof_property(source, message, member, level)
    source.line(f"{level} init() {{}}")
    source.line()
    source.line("/// A message with the fields that `populate` sets.")
    source.open(f"{level} static func with(_ populate: (inout Self) throws -> Void) rethrows -> Self {{")
    source.line("var message = Self()")
    source.line("try populate(&message)")
    source.line("return message")
    source.close()
    for kind, member, fields in singles_and_oneofs(message):
        if kind == "oneof":
            source.line()
            emit_oneof(source, message, member, fields, level)
    emit_categories(source, message, level)
    source.close()
    if outer:
        source.close()


def protocol_of(message):
    return "AddressedMessage" if message.is_request else "WireMessage"


def extension_of(declared):
    """The Swift type that a message or enum is declared in; empty at the top level."""
    return ".".join(declared.path[:-1])


def emit_property(source, message, field, level):
    name = names.escaped(property_of(field, message))
    kind, default = declaration(field, message)
    source.documentation(field.documentation)
    if field.recursive:
        box = f"{property_of(field, message)}Box"
        source.open(f"{level} var {name}: {kind} {{")
        source.line(f"get {{ {box}?.value }}")
        source.line(f"set {{ {box} = newValue.map(IndirectBox.init) }}")
        source.close()
        source.line(f"private var {box}: IndirectBox<{kind[:-1]}>?")
    elif default is None:
        source.line(f"{level} var {name}: {kind}")
    else:
        source.line(f"{level} var {name}: {kind} = {default}")
    source.line()


def emit_oneof_property(source, message, name, level):
    source.documentation(message.oneofs[name])
    swift_name = names.escaped(oneof_property(name, message))
    source.line(f"{level} var {swift_name}: {oneof_type(name)}?")
    source.line()


def emit_oneof(source, message, name, fields, level):
    source.documentation(message.oneofs[name])
    source.open(f"{level} enum {oneof_type(name)}: Sendable, Equatable {{")
    for field in fields:
        source.documentation(field.documentation)
        case = names.escaped(property_of(field, message))
        source.line(f"case {case}({element_type(field, message)})")
    source.close()


def emit_categories(source, message, level):
    if not any(field.category for field in message.fields):
        return
    source.line()
    source.line("/// Proto name of a field → the group of section 73 to which it belongs.")
    source.open(f"{level} static let categories: [String: DataCategory] = [")
    for field in message.fields:
        if field.category:
            words = field.category.removeprefix("DATA_CATEGORY_")
            source.line(f'"{field.name}": .{names.lower_camel(words)},')
    source.close("]")


def emit_enum(source, enum):
    level = access(enum.package)
    cases = [(names.case_name(enum, name), name, number, text) for name, number, text in enum.values]
    outer = extension_of(enum)
    if outer:
        source.open(f"extension {outer} {{")
    source.documentation(enum.documentation)
    source.open(f"{level} enum {names.escaped(enum.path[-1])}: WireEnum {{")
    for case, _, _, text in cases:
        source.documentation(text)
        source.line(f"case {names.escaped(case)}")
    source.line("/// A number that this version of the contract does not know.")
    source.line("case unrecognized(Int32)")
    source.line()
    source.line("/// Every value that this version knows, in the order of the contract.")
    joined = ", ".join(f".{case}" for case, _, _, _ in cases)
    source.line(f"{level} static let known: [Self] = [{joined}]")
    source.line()
    source.open(f"{level} init(rawValue: Int32) {{")
    source.line("switch rawValue {")
    for case, _, number, _ in cases:
        source.line(f"case {number}: self = .{case}")
    source.line("default: self = .unrecognized(rawValue)")
    source.line("}")
    source.close()
    source.line()
    source.open(f"{level} var rawValue: Int32 {{")
    source.line("switch self {")
    for case, _, number, _ in cases:
        source.line(f"case .{case}: {number}")
    source.line("case .unrecognized(let number): number")
    source.line("}")
    source.close()
    source.line()
    source.open(f"{level} var protoName: String {{")
    source.line("switch self {")
    for case, name, _, _ in cases:
        source.line(f'case .{case}: "{name}"')
    source.line("case .unrecognized(let number): String(number)")
    source.line("}")
    source.close()
    source.close()
    if outer:
        source.close()
