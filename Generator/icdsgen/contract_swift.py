"""Puts the Swift files together: one a proto file and kind of code."""

import pathlib

from . import names, swift_services
from .emit import Source
from .swift_coding import emit_coding, full_swift_name
from .swift_text import emit_description, emit_json
from .swift_types import emit_enum, emit_message


# Files that list every message: of the frames, and of everything else (None).
MESSAGE_LISTS = {
    names.WIRE_PACKAGE: "Sources/Wire/Generated/FrameMessageList.swift",
    None: "Sources/Contract/Generated/ContractMessageList.swift",
}


def generate(contract):
    """Path in the repository → text."""
    files = {}
    declared = [*contract.messages.values(), *contract.enums.values()]
    for proto in sorted({item.file for item in declared}):
        messages = [
            message for message in contract.messages.values()
            if message.file == proto and not message.is_map_entry
        ]
        enums = [enum for enum in contract.enums.values() if enum.file == proto]
        files.update(proto_files(proto, messages, enums))
    for package, path in MESSAGE_LISTS.items():
        files[path] = message_list(contract, package)
    for service in contract.services:
        folder = folder_of(service.file, service.package)
        files[f"{folder}/{service.name}.swift"] = swift_services.generate(service)
    files["Sources/Contract/Generated/ContractMethods.swift"] = swift_services.generate_table(contract)
    return files


def message_list(contract, package):
    """Every message of a package, or of all but the frames', with its Swift type."""
    in_wire = package == names.WIRE_PACKAGE
    level = "package" if in_wire else "public"
    source = Source("", [] if in_wire else ["public import Wire", ""])
    source.documentation("Every message, to look one up by its name and to test them all.")
    source.open(f"{level} enum {'FrameMessageList' if in_wire else 'ContractMessageList'} {{")
    source.open(f"{level} static let all: [any WireMessage.Type] = [")
    for message in sorted(contract.messages.values(), key=lambda message: message.full_name):
        if (message.package == names.WIRE_PACKAGE) == in_wire and not message.is_map_entry:
            source.line(f"{full_swift_name(message)}.self,")
    source.close("]")
    source.close()
    return source.text()


def stem_of(proto):
    return names.upper_camel(pathlib.PurePosixPath(proto).stem)


def folder_of(proto, package):
    if package == names.WIRE_PACKAGE:
        return "Sources/Wire/Generated"
    return f"Sources/Contract/Generated/{stem_of(proto)}"


def proto_files(proto, messages, enums):
    package = (messages + enums)[0].package
    folder, stem = folder_of(proto, package), stem_of(proto)
    in_wire = package == names.WIRE_PACKAGE
    wire = [] if in_wire else ["public import Wire"]
    c_and_wire = ["import CContract", *wire]

    files = {}

    def add(kind, imports, items, emit):
        if not items:
            return
        source = Source(proto, [*imports, ""] if imports else [])
        for item in items:
            emit(source, item)
            if source.lines[-1]:
                source.line()
        files[f"{folder}/{stem}{kind}.swift"] = source.text()

    add("Messages", wire, messages, emit_message)
    add("Enums", wire, enums, emit_enum)
    add("Coding", c_and_wire, messages, emit_coding)
    add("JSON", wire, messages, emit_json)
    add("Description", [] if in_wire else ["import Wire"], messages, emit_description)
    return files
