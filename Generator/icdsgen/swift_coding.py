"""Coding between Swift values and protobuf-c's structures."""

from . import names
from .swift_types import (
    access, element_type, extension_of, oneof_property, oneof_type, property_of, singles_and_oneofs,
)

ADDRESS_PROPERTIES = {
    "ADDRESS_MUNICIPALITY": "municipalityCode",
    "ADDRESS_CLIENT": "clientID",
    "ADDRESS_IDENTITY_CODE": "identityCode",
    "ADDRESS_ASSESSMENT": "assessmentID",
    "ADDRESS_CASE_REFERENCE": "caseReference",
    "ADDRESS_IDEMPOTENCY_KEY": "idempotencyKey",
}


def full_swift_name(message):
    return ".".join(part for part in (extension_of(message), message.path[-1]) if part)


def emit_coding(source, message):
    level = access(message.package)
    structure = names.c_type(message.full_name)
    function = names.c_function(message.full_name)
    source.open(f"extension {full_swift_name(message)} {{")
    source.open(f"{level} static let shape: MessageShape = {{")
    source.line(f"var structure = {structure}()")
    source.line(f"{function}__init(&structure)")
    source.line("return MessageShape(descriptor: structure.base.descriptor)")
    source.close("}()")
    source.line()
    emit_copy(source, message, level, structure)
    source.line()
    emit_build(source, message, level, structure, function)
    if message.is_request:
        source.line()
        emit_address(source, message, level)
    source.close()
    source.line()


def emit_copy(source, message, level, structure):
    source.open(f"{level} init(copying structure: UnsafeRawPointer) throws(RPCStatus) {{")
    source.line("self.init()")
    if message.fields:
        source.line(f"let c = structure.assumingMemoryBound(to: {structure}.self)")
    for kind, member, fields in singles_and_oneofs(message):
        if kind == "oneof":
            emit_copy_oneof(source, message, member, fields)
        else:
            emit_copy_field(source, message, member)
    source.close()


def emit_copy_field(source, message, field):
    target = f"self.{property_of(field, message)}"
    c = f"c.pointee.{names.c_field(field.name)}"
    count = f"c.pointee.n_{names.c_field(field.name)}"
    element = element_type(field, message) if not field.map_entry else ""
    if field.map_entry:
        emit_copy_map(source, message, field, target, c, count)
    elif field.kind == "message" and field.repeated:
        source.line(f"{target} = try Copy.messages({c}, count: {count})")
    elif field.kind == "enum" and field.repeated:
        source.line(f"{target} = Copy.enums({c}, count: {count})")
    elif field.kind in ("string", "bytes", "bool") and field.repeated:
        plural = {"string": "strings", "bytes": "byteArrays", "bool": "bools"}[field.kind]
        parts = " { ($0.data, $0.len) }" if field.kind == "bytes" else ""
        source.line(f"{target} = Copy.{plural}({c}, count: {count}){parts}")
    elif field.repeated:
        source.line(f"{target} = Copy.numbers({c}, count: {count})")
    elif field.kind == "message":
        source.line(f"if let value = {c} {{ {target} = try {element}(copying: value) }}")
    else:
        source.line(f"{target} = {copied(field, message, c)}")


def copied(field, message, c):
    """The Swift value of one scalar, string, bytes or enum in C."""
    if field.kind == "string":
        return f"Copy.string({c})"
    if field.kind == "bytes":
        return f"Copy.bytes({c}.data, count: {c}.len)"
    if field.kind == "bool":
        return f"{c} != 0"
    if field.kind == "enum":
        return f"{element_type(field, message)}(rawValue: Int32(bitPattern: {c}.rawValue))"
    return c


def emit_copy_map(source, message, field, target, c, count):
    key, value = field.map_entry.fields
    source.open(f"for index in 0..<{count} {{")
    source.line(f"guard let entry = {c}[index] else {{ continue }}")
    if value.kind == "message":
        swift = element_type(value, message)
        source.line(f"var value = {swift}()")
        source.line(f"if let copied = entry.pointee.value {{ value = try {swift}(copying: copied) }}")
        copied_value = "value"
    else:
        copied_value = copied(value, message, "entry.pointee.value")
    source.line(f"{target}[{copied(key, message, 'entry.pointee.key')}] = {copied_value}")
    source.close()


def emit_copy_oneof(source, message, name, fields):
    target = f"self.{oneof_property(name, message)}"
    source.line(f"switch c.pointee.{names.c_field(name)}_case.rawValue {{")
    for field in fields:
        c = f"c.pointee.{names.c_field(field.name)}"
        case = property_of(field, message)
        source.line(f"case {field.number}:")
        source.level += 1
        if field.kind == "message":
            swift = element_type(field, message)
            source.line(f"if let value = {c} {{ {target} = .{case}(try {swift}(copying: value)) }}")
        else:
            source.line(f"{target} = .{case}({copied(field, message, c)})")
        source.level -= 1
    source.line("default: break")
    source.line("}")


def emit_build(source, message, level, structure, function):
    source.line(f"{level} func build(in arena: borrowing Arena) throws(RPCStatus) -> UnsafeRawPointer {{")
    source.level += 1
    source.line(f"let c = try arena.allocate({structure}.self)")
    source.line(f"{function}__init(c)")
    has_messages = any(field.kind == "message" and not field.map_entry for field in message.fields)
    if has_messages:
        source.line("try arena.enterMessage()")
    for kind, member, fields in singles_and_oneofs(message):
        if kind == "oneof":
            emit_build_oneof(source, message, member, fields, structure)
        else:
            emit_build_field(source, message, member)
    if has_messages:
        source.line("arena.leaveMessage()")
    source.line("return UnsafeRawPointer(c)")
    source.close()


def emit_build_field(source, message, field):
    value = f"self.{property_of(field, message)}"
    c = f"c.pointee.{names.c_field(field.name)}"
    count = f"c.pointee.n_{names.c_field(field.name)}"
    if field.map_entry:
        emit_build_map(source, field, value, c, count)
    elif field.repeated:
        plural = {
            "message": "messages", "enum": "enums", "string": "strings", "bytes": "byteArrays",
            "bool": "bools",
        }.get(field.kind, "numbers")
        if field.kind == "bytes":
            source.line(f"({c}, {count}) = try arena.byteArrays({value}) {{")
            source.line("    ProtobufCBinaryData(len: $0, data: $1)")
            source.line("}")
        else:
            source.line(f"({c}, {count}) = try arena.{plural}({value})")
    elif field.kind == "message":
        built = "Arena.typed(try value.build(in: arena))"
        source.line(f"if let value = {value} {{ {c} = {built} }}")
    elif field.kind == "string":
        source.line(f"if !{value}.isEmpty {{ {c} = try arena.string({value}) }}")
    elif field.kind == "bytes":
        source.line(f"({c}.data, {c}.len) = try arena.bytes({value})")
    else:
        source.line(f"{c} = {built_scalar(field, value)}")


def built_scalar(field, value):
    if field.kind == "bool":
        return f"{value} ? 1 : 0"
    if field.kind == "enum":
        return f".init(rawValue: UInt32(bitPattern: {value}.rawValue))"
    return value


def emit_build_value(source, field, value, c):
    """Sets the member `c` to `value`, present even where it is empty."""
    if field.kind == "message":
        source.line(f"{c} = Arena.typed(try {value}.build(in: arena))")
    elif field.kind == "string":
        source.line(f"{c} = try arena.string({value})")
    elif field.kind == "bytes":
        source.line(f"({c}.data, {c}.len) = try arena.bytes({value})")
    else:
        source.line(f"{c} = {built_scalar(field, value)}")


def emit_build_map(source, field, value, c, count):
    entry = field.map_entry
    key, entry_value = entry.fields
    source.line("do {")
    source.level += 1
    structure = names.c_type(entry.full_name)
    # Sorted, so that equal messages have equal bytes; texts by their bytes, as protobuf's other
    # runtimes do, and not as Unicode orders them.
    precedes = "$0.key < $1.key"
    if key.kind == "string":
        precedes = "$0.key.utf8.lexicographicallyPrecedes($1.key.utf8)"
    source.line(f"let sorted = {value}.sorted {{ {precedes} }}")
    source.line(f"({c}, {count}) = try arena.entries({structure}.self, count: sorted.count)")
    source.open("for (index, pair) in sorted.enumerated() {")
    source.line(f"let entry = try arena.allocate({structure}.self)")
    source.line(f"{names.c_function(entry.full_name)}__init(entry)")
    emit_build_value(source, key, "pair.key", "entry.pointee.key")
    emit_build_value(source, entry_value, "pair.value", "entry.pointee.value")
    source.line(f"{c}[index] = entry")
    source.close()
    source.close()


def emit_build_oneof(source, message, name, fields, structure):
    case_type = f"{structure}__{oneof_type(name)}Case"
    source.line(f"switch self.{oneof_property(name, message)} {{")
    for field in fields:
        source.line(f"case .{property_of(field, message)}(let value)?:")
        source.level += 1
        source.line(f"c.pointee.{names.c_field(name)}_case = {case_type}(rawValue: {field.number})")
        emit_build_value(source, field, "value", f"c.pointee.{names.c_field(field.name)}")
        source.level -= 1
    source.line("case nil: break")
    source.line("}")


def emit_address(source, message, level):
    source.open(f"{level} var address: RequestAddress {{")
    addressed = [field for field in message.fields if field.address]
    source.line(f"{'var' if addressed else 'let'} address = RequestAddress()")
    for kind, member, fields in singles_and_oneofs(message):
        if kind == "field" and member.address == "ADDRESS_ACCESS_CONTEXT":
            access_property = property_of(member, message)
            source.open(f"if let access = self.{access_property} {{")
            source.line("if !access.userID.isEmpty { address.userID = access.userID }")
            source.line("address.purpose = access.purpose.rawValue")
            source.line("if !access.reason.isEmpty { address.reason = access.reason }")
            source.close()
        elif kind == "field" and member.address:
            value = f"self.{property_of(member, message)}"
            target = f"address.{ADDRESS_PROPERTIES[member.address]}"
            source.line(f"if !{value}.isEmpty {{ {target} = {value} }}")
        elif kind == "oneof" and any(field.address for field in fields):
            source.line(f"switch self.{oneof_property(member, message)} {{")
            for field in [field for field in fields if field.address]:
                target = f"address.{ADDRESS_PROPERTIES[field.address]}"
                source.line(f"case .{property_of(field, message)}(let value)?:")
                source.line(f"    if !value.isEmpty {{ {target} = value }}")
            if all(field.address for field in fields):
                source.line("case nil: break")
            else:
                source.line("default: break")
            source.line("}")
    source.line("return address")
    source.close()
