"""Files of clients/python: protoc's messages with our package in front, and stubs of the services."""

import pathlib
import re
import tempfile
import textwrap

from .schema import run_protoc

PACKAGE = "icds_client"
FOLDER = f"clients/python/src/{PACKAGE}"

# How a stub calls, by kind: what it takes, what it returns, the caller's method.
SHAPES = {
    "unary": ("request: {request}, ", "{response}", "unary(self.{constant}, request, options)"),
    "serverStream": (
        "request: {request}, ", "ResponseStream[{response}]",
        "server_stream(self.{constant}, request, options)"),
    "clientStream": (
        "", "ClientStreamCall[{request}, {response}]", "client_stream(self.{constant}, options)"),
    "bidirectional": (
        "", "BidirectionalCall[{request}, {response}]", "bidirectional(self.{constant}, options)"),
}

KIND_NAMES = {
    "unary": "UNARY", "serverStream": "SERVER_STREAM", "clientStream": "CLIENT_STREAM",
    "bidirectional": "BIDIRECTIONAL",
}


def generate(folder, contract):
    """Path in the repository → text."""
    files = messages(folder)
    packages = {str(pathlib.PurePosixPath(path).parent) for path in files}
    for package in list(packages):
        packages.update(str(parent) for parent in pathlib.PurePosixPath(package).parents
                        if str(parent).startswith(f"{FOLDER}/"))
    for package in packages:
        files[f"{package}/__init__.py"] = ""
    for proto in sorted({service.file for service in contract.services}):
        services = [service for service in contract.services if service.file == proto]
        path = f"{FOLDER}/{proto.removesuffix('.proto')}_services.py"
        files[path] = services_file(proto, services, contract)
    return files


def messages(folder):
    """What protoc writes. Its imports are absolute, so our package is put in front of them."""
    protos = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.proto"))
    files = {}
    with tempfile.TemporaryDirectory() as temporary:
        run_protoc(folder, [f"--python_out={temporary}", f"--pyi_out={temporary}", *protos])
        for path in sorted(pathlib.Path(temporary).rglob("*_pb2.py*")):
            text = re.sub(r"^from icds\.", f"from {PACKAGE}.icds.", path.read_text(), flags=re.M)
            text = re.sub(r"(DESCRIPTOR, )'icds\.", rf"\1'{PACKAGE}.icds.", text)
            files[f"{FOLDER}/{path.relative_to(temporary).as_posix()}"] = text
    return files


def services_file(proto, services, contract):
    types = sorted({
        name for service in services for method in service.methods
        for name in (method.request, method.response)})
    modules = sorted({module_of(name, contract) for name in types})
    kinds = {method.kind for service in services for method in service.methods}
    lines = [
        f'"""Clients of the services of {proto}. Generated; do not edit."""', "",
        "from __future__ import annotations", "",
        f"from {PACKAGE}.caller import Caller",
    ]
    for package, module in modules:
        lines.append(f"from {PACKAGE}.{package} import {module}")
    lines += [
        f"from {PACKAGE}.method import CallKind, Method",
        f"from {PACKAGE}.options import CallOptions",
    ]
    streams = [name for kind, name in (
        ("bidirectional", "BidirectionalCall"), ("clientStream", "ClientStreamCall"),
        ("serverStream", "ResponseStream")) if kind in kinds]
    if streams:
        lines.append(f"from {PACKAGE}.streams import {', '.join(streams)}")
    for service in services:
        lines += ["", "", *service_lines(service, contract)]
    return "\n".join(lines) + "\n"


def module_of(type_name, contract):
    """Package and module of a message: ("icds.v1", "health_pb2")."""
    path = pathlib.PurePosixPath(contract.messages[type_name].file)
    return ".".join(path.parent.parts), f"{path.stem}_pb2"


def python_type(type_name, contract):
    path = ".".join(contract.messages[type_name].path)
    return f"{module_of(type_name, contract)[1]}.{path}"


def service_lines(service, contract):
    lines = [f"class {service.name}Client:", *docstring(service.documentation, "    "), ""]
    for method in service.methods:
        request, response = (python_type(name, contract)
                             for name in (method.request, method.response))
        lines += [
            f"    {constant_name(method)}: Method[",
            f"        {request}, {response}",
            "    ] = Method(",
            f'        "{service.full_name}/{method.name}", CallKind.{KIND_NAMES[method.kind]},',
            f"        {request}, {response},",
            f"        is_idempotent={method.idempotent})",
        ]
    lines += ["", "    def __init__(self, caller: Caller) -> None:", "        self._caller = caller"]
    for method in service.methods:
        lines += ["", *method_lines(method, contract)]
    return lines


def method_lines(method, contract):
    words = {
        "request": python_type(method.request, contract),
        "response": python_type(method.response, contract), "constant": constant_name(method),
    }
    takes, returns, body = (text.format(**words) for text in SHAPES[method.kind])
    return [
        f"    def {snake(method.name)}(",
        f"        self, {takes}options: CallOptions | None = None",
        f"    ) -> {returns}:",
        *docstring(method.documentation, "        "),
        f"        return self._caller.{body}",
    ]


def docstring(text, indentation):
    """The proto's comment, wrapped; its paragraphs are one line each."""
    paragraphs = [wrap(paragraph, 98 - len(indentation)) for paragraph in text.split("\n\n")]
    lines = paragraphs[0]
    for paragraph in paragraphs[1:]:
        lines = [*lines, "", *paragraph]
    lines = [line.replace("\\", "\\\\") for line in lines]
    if len(lines) == 1 and len(lines[0]) + len(indentation) + 6 <= 100:
        return [f'{indentation}"""{lines[0]}"""']
    first, *rest = lines
    return [f'{indentation}"""{first}',
            *(f"{indentation}{line}" if line else "" for line in rest), f'{indentation}"""']


def wrap(paragraph, width):
    return textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False) or [""]


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def constant_name(method):
    return snake(method.name).upper()
