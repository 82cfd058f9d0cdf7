"""Reads one file descriptor into the model."""

from google.protobuf import descriptor_pb2

from .schema import Enum, Field, Message, Method, Options, SchemaError, Service

FIELD = descriptor_pb2.FieldDescriptorProto
METHOD_OPTIONS = descriptor_pb2.MethodOptions

KINDS = {
    FIELD.TYPE_BOOL: "bool",
    FIELD.TYPE_INT32: "int32",
    FIELD.TYPE_SINT32: "int32",
    FIELD.TYPE_SFIXED32: "int32",
    FIELD.TYPE_INT64: "int64",
    FIELD.TYPE_SINT64: "int64",
    FIELD.TYPE_SFIXED64: "int64",
    FIELD.TYPE_UINT32: "uint32",
    FIELD.TYPE_FIXED32: "uint32",
    FIELD.TYPE_UINT64: "uint64",
    FIELD.TYPE_FIXED64: "uint64",
    FIELD.TYPE_STRING: "string",
    FIELD.TYPE_BYTES: "bytes",
    FIELD.TYPE_ENUM: "enum",
    FIELD.TYPE_MESSAGE: "message",
}

# Field numbers in descriptor.proto: the steps of a path in SourceCodeInfo.
FILE_MESSAGE, FILE_ENUM, FILE_SERVICE = 4, 5, 6
MESSAGE_FIELD, MESSAGE_NESTED, MESSAGE_ENUM, MESSAGE_ONEOF = 2, 3, 4, 8
ENUM_VALUE, SERVICE_METHOD = 2, 2


class FileReader:
    def __init__(self, file, contract):
        self.file = file
        self.contract = contract
        self.comments = {
            tuple(location.path): location.leading_comments
            for location in file.source_code_info.location
        }

    def read(self):
        if self.file.syntax != "proto3":
            raise SchemaError(f"{self.file.name}: only proto3 is supported")
        for index, message in enumerate(self.file.message_type):
            self.message(message, [], (FILE_MESSAGE, index))
        for index, enum in enumerate(self.file.enum_type):
            self.enum(enum, [], (FILE_ENUM, index))
        for index, service in enumerate(self.file.service):
            self.service(service, (FILE_SERVICE, index))

    def documentation(self, path):
        """The leading comment: paragraphs of one line each, with blank lines between."""
        lines, current = [], []
        for line in self.comments.get(path, "").split("\n"):
            if line.strip():
                current.append(line.strip())
            elif current:
                lines.append(" ".join(current))
                current = []
        if current:
            lines.append(" ".join(current))
        return "\n\n".join(lines)

    def message(self, source, outer, path):
        names = outer + [source.name]
        message = Message(
            full_name=".".join([self.file.package, *names]), file=self.file.name,
            package=self.file.package, path=names, documentation=self.documentation(path),
            is_map_entry=source.options.map_entry,
        )
        for index, nested in enumerate(source.nested_type):
            self.message(nested, names, path + (MESSAGE_NESTED, index))
        for index, enum in enumerate(source.enum_type):
            self.enum(enum, names, path + (MESSAGE_ENUM, index))
        for index, oneof in enumerate(source.oneof_decl):
            message.oneofs[oneof.name] = self.documentation(path + (MESSAGE_ONEOF, index))
        for index, field in enumerate(source.field):
            read = self.field(source, field, path + (MESSAGE_FIELD, index), message.full_name)
            message.fields.append(read)
        self.contract.messages[message.full_name] = message

    def field(self, message, source, path, message_name):
        where = f"{message_name}.{source.name}"
        if source.type not in KINDS:
            raise SchemaError(f"{where}: floating point and groups are not supported")
        if source.proto3_optional:
            raise SchemaError(f"{where}: protoc-c 1.4 has no `optional`; use a oneof or a message")
        type_name = source.type_name.lstrip(".")
        entry = self.contract.messages.get(type_name)
        if entry and entry.is_map_entry and entry.fields[0].kind == "bool":
            raise SchemaError(f"{where}: maps by a truth value are not supported; use two fields")
        address = Options.get(source.options, "address")
        category = Options.get(source.options, "category")
        return Field(
            name=source.name, json_name=source.json_name, number=source.number,
            kind=KINDS[source.type], type_name=type_name,
            repeated=source.label == FIELD.LABEL_REPEATED,
            documentation=self.documentation(path),
            oneof=message.oneof_decl[source.oneof_index].name
            if source.HasField("oneof_index") else "",
            map_entry=entry if entry and entry.is_map_entry else None,
            personal=Options.get(source.options, "personal"),
            address=Options.enum_name("Address", address) if address else "",
            category=Options.enum_name("DataCategory", category) if category else "",
        )

    def enum(self, source, outer, path):
        names = outer + [source.name]
        enum = Enum(
            full_name=".".join([self.file.package, *names]), file=self.file.name,
            package=self.file.package, path=names, documentation=self.documentation(path),
        )
        if source.options.allow_alias:
            raise SchemaError(f"{enum.full_name}: allow_alias is not supported")
        for index, value in enumerate(source.value):
            if value.number < 0:
                raise SchemaError(f"{enum.full_name}.{value.name}: negative numbers are not supported")
            text = self.documentation(path + (ENUM_VALUE, index))
            enum.values.append((value.name, value.number, text))
        self.contract.enums[enum.full_name] = enum

    def service(self, source, path):
        service = Service(
            full_name=f"{self.file.package}.{source.name}", file=self.file.name,
            package=self.file.package, name=source.name, documentation=self.documentation(path),
        )
        kinds = {
            (False, False): "unary", (False, True): "serverStream",
            (True, False): "clientStream", (True, True): "bidirectional",
        }
        for index, method in enumerate(source.method):
            level = method.options.idempotency_level
            read = Method(
                name=method.name, request=method.input_type.lstrip("."),
                response=method.output_type.lstrip("."),
                documentation=self.documentation(path + (SERVICE_METHOD, index)),
                kind=kinds[(method.client_streaming, method.server_streaming)],
                callers=[
                    Options.enum_name("OrganisationKind", kind)
                    for kind in Options.get(method.options, "callers")
                ],
                audited=Options.get(method.options, "audited"),
                idempotent=level != METHOD_OPTIONS.IDEMPOTENCY_UNKNOWN,
                no_side_effects=level == METHOD_OPTIONS.NO_SIDE_EFFECTS,
            )
            service.methods.append(read)
        self.contract.services.append(service)
