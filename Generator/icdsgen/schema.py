"""Reads proto/ into a small model: what the emitters need and nothing else."""

import importlib
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field as dataclass_field

from google.protobuf import descriptor_pb2

OPTIONS_PROTO = "icds/v1/options.proto"


class SchemaError(Exception):
    """The protos ask for something that the generator does not do."""


@dataclass
class Field:
    """One field. `kind` is protobuf's name of the type: "string", "message", "enum", …"""

    name: str
    json_name: str
    number: int
    kind: str
    type_name: str
    repeated: bool
    documentation: str
    oneof: str = ""
    map_entry: "Message" = None
    personal: bool = False
    address: str = ""
    category: str = ""
    recursive: bool = False
    zero_case: str = ""


@dataclass
class Message:
    full_name: str
    file: str
    package: str
    path: list
    documentation: str
    fields: list = dataclass_field(default_factory=list)
    oneofs: dict = dataclass_field(default_factory=dict)
    is_request: bool = False
    is_map_entry: bool = False


@dataclass
class Enum:
    full_name: str
    file: str
    package: str
    path: list
    documentation: str
    values: list = dataclass_field(default_factory=list)  # (name, number, documentation)


@dataclass
class Method:
    name: str
    request: str
    response: str
    documentation: str
    kind: str
    callers: list
    audited: bool
    idempotent: bool
    no_side_effects: bool


@dataclass
class Service:
    full_name: str
    file: str
    package: str
    name: str
    documentation: str
    methods: list = dataclass_field(default_factory=list)


@dataclass
class Contract:
    messages: dict = dataclass_field(default_factory=dict)
    enums: dict = dataclass_field(default_factory=dict)
    services: list = dataclass_field(default_factory=list)


def compile_protos(folder):
    """The descriptor set of every proto under `folder`, with our options understood."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.proto"))
    extra = [f"google/protobuf/{name}.proto" for name in ("duration", "field_mask", "timestamp")]
    with tempfile.TemporaryDirectory() as temporary:
        run_protoc(folder, [f"--python_out={temporary}", OPTIONS_PROTO])
        register_options(temporary)
        target = pathlib.Path(temporary) / "set"
        run_protoc(
            folder,
            ["--include_imports", "--include_source_info", f"--descriptor_set_out={target}"]
            + names + extra,
        )
        return descriptor_pb2.FileDescriptorSet.FromString(target.read_bytes())


def run_protoc(folder, arguments):
    done = subprocess.run(
        ["protoc", f"--proto_path={folder}", *arguments], capture_output=True, text=True
    )
    if done.returncode != 0:
        raise SchemaError(f"protoc: {done.stderr.strip()}")


def register_options(folder):
    """Imports protoc's Python for our options: from then on descriptors are read with them."""
    sys.path.insert(0, str(folder))
    try:
        Options.module = importlib.import_module("icds.v1.options_pb2")
    finally:
        sys.path.remove(str(folder))


class Options:
    """The extensions of options.proto, once `register_options` has run."""

    module = None

    @classmethod
    def get(cls, options, name):
        return options.Extensions[getattr(cls.module, name)]

    @classmethod
    def enum_name(cls, enum, number):
        return getattr(cls.module, enum).Name(number)


def read(descriptors):
    """The model of everything in our own packages."""
    from .schema_reader import FileReader

    contract = Contract()
    for file in descriptors.file:
        if not file.package.startswith("google."):
            FileReader(file, contract).read()
    mark_requests(contract)
    mark_recursion(contract)
    mark_defaults(contract)
    return contract


def mark_requests(contract):
    for service in contract.services:
        for method in service.methods:
            contract.messages[method.request].is_request = True


def mark_recursion(contract):
    """A field is recursive where its message can lead back to the message that has it."""
    for message in contract.messages.values():
        for field in message.fields:
            if field.kind == "message" and not field.repeated:
                field.recursive = leads_to(contract, field.type_name, message.full_name)
                if field.recursive and field.oneof:
                    raise SchemaError(f"{message.full_name}.{field.name}: recursive oneof member")


def mark_defaults(contract):
    """The Swift case of an enum field's default: the value 0, which proto3 puts first."""
    from . import names

    for message in contract.messages.values():
        for field in message.fields:
            if field.kind == "enum":
                enum = contract.enums[field.type_name]
                field.zero_case = names.case_name(enum, enum.values[0][0])


def leads_to(contract, start, goal):
    seen, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name in seen or name not in contract.messages:
            continue
        seen.add(name)
        fields = contract.messages[name].fields
        waiting += [f.type_name for f in fields if f.kind == "message" and not f.repeated]
    return False
