"""Service protocols, bindings, client stubs and the method table."""

from . import names
from .emit import Source
from .schema import SchemaError

PEER_KINDS = {
    "ORGANISATION_KIND_MUNICIPALITY": ".municipality",
    "ORGANISATION_KIND_COUNTY": ".county",
    "ORGANISATION_KIND_OPERATOR": ".operator",
    "ORGANISATION_KIND_AGENCY": ".agency",
}


def method_name(method):
    return names.lower_camel(names.camel_to_lower(method.name))


def types_of(service, method):
    return (
        names.swift_type(method.request, service.package),
        names.swift_type(method.response, service.package),
    )


def swift_bool(value):
    return "true" if value else "false"


def generate(service):
    source = Source(service.file, ["public import Wire", ""])
    emit_protocol(source, service)
    emit_methods(source, service)
    emit_binding(source, service)
    emit_client(source, service)
    return source.text()


def emit_protocol(source, service):
    source.documentation(service.documentation)
    source.open(f"public protocol {service.name}Protocol: Sendable {{")
    for method in service.methods:
        source.documentation(method.documentation)
        source.open(f"func {method_name(method)}(")
        declarations = ", ".join(f"{label}: {kind}" for label, kind in parameters(service, method))
        source.line(f"_ {declarations}")
        source.close(f") async throws{result(service, method)}")
    source.close()
    source.line()


def parameters(service, method):
    """Names and types of what a handler gets; the first has no label."""
    request, response = types_of(service, method)
    first = {
        "unary": ("request", request), "serverStream": ("request", request),
        "clientStream": ("requests", f"RequestStream<{request}>"),
        "bidirectional": ("requests", f"RequestStream<{request}>"),
    }[method.kind]
    writer = [("responses", f"ResponseWriter<{response}>")] if answers_stream(method) else []
    return [first, *writer, ("context", "ServerContext")]


def answers_stream(method):
    return method.kind in ("serverStream", "bidirectional")


def result(service, method):
    return "" if answers_stream(method) else f" -> {types_of(service, method)[1]}"


def emit_methods(source, service):
    source.line(f"/// The rows of the method table for `{service.full_name}`.")
    source.open(f"public enum {service.name}Methods {{")
    for method in service.methods:
        callers = []
        for caller in method.callers:
            if caller not in PEER_KINDS:
                raise SchemaError(f"{service.full_name}.{method.name}: caller {caller}")
            callers.append(PEER_KINDS[caller])
        source.open(f"public static let {method_name(method)} = MethodDescriptor(")
        source.line(f'service: "{service.full_name}", name: "{method.name}", kind: .{method.kind},')
        source.line(f"callers: [{', '.join(callers)}], isAudited: {swift_bool(method.audited)},")
        source.line(
            f"isIdempotent: {swift_bool(method.idempotent)},"
            f" hasNoSideEffects: {swift_bool(method.no_side_effects)},"
        )
        source.line(f'requestType: "{method.request}", responseType: "{method.response}")')
        source.level -= 1
    joined = ", ".join(method_name(method) for method in service.methods)
    source.line()
    source.line(f"public static let all: [MethodDescriptor] = [{joined}]")
    source.close()
    source.line()


def emit_binding(source, service):
    source.line(f"/// Offers an implementation of `{service.full_name}` to a server.")
    source.open(f"public struct {service.name}Binding: RPCService {{")
    source.line(f"private let implementation: any {service.name}Protocol")
    source.line()
    source.open(f"public init(_ implementation: any {service.name}Protocol) {{")
    source.line("self.implementation = implementation")
    source.close()
    source.line()
    source.open("public var methods: [RegisteredMethod] {")
    source.open("[")
    for method in service.methods:
        given = parameters(service, method)
        source.open(f".{method.kind}({service.name}Methods.{method_name(method)}) {{")
        declarations = ", ".join(f"{label}: {kind}" for label, kind in given)
        source.line(f"[implementation] ({declarations}) in")
        others = ", ".join(f"{label}: {label}" for label, _ in given[1:])
        source.line(f"try await implementation.{method_name(method)}({given[0][0]}, {others})")
        source.close("},")
    source.close("]")
    source.close()
    source.close()
    source.line()


def emit_client(source, service):
    source.line(f"/// Calls `{service.full_name}`. Errors are `RPCStatus`.")
    source.open(f"public struct {service.name}Client: Sendable {{")
    source.line("private let caller: any RPCCaller")
    source.line()
    source.open("public init(_ caller: any RPCCaller) {")
    source.line("self.caller = caller")
    source.close()
    for method in service.methods:
        source.line()
        source.documentation(method.documentation)
        CLIENT_METHODS[method.kind](source, service, method)
    source.close()


def emit_unary(source, service, method):
    request, response = types_of(service, method)
    open_client_method(source, method, f"_ request: {request}, {OPTIONS}", response)
    source.line(f"try await caller.call({row(service, method)}, request, options: options)")
    source.close()


def emit_server_stream(source, service, method):
    request, response = types_of(service, method)
    open_client_method(
        source, method, f"_ request: {request}, {OPTIONS}", f"ResponseStream<{response}>")
    source.line(f"try await caller.serverStream({row(service, method)}, request, options: options)")
    source.close()


def emit_client_stream(source, service, method):
    request, response = types_of(service, method)
    write = f"_ write: @Sendable (RequestWriter<{request}>) async throws -> Void"
    open_client_method(source, method, f"{OPTIONS},\n        {write}", response)
    source.line(f"try await caller.clientStream({row(service, method)}, options: options, write)")
    source.close()


def emit_bidirectional(source, service, method):
    request, response = types_of(service, method)
    open_client_method(source, method, OPTIONS, f"BidirectionalCall<{request}, {response}>")
    source.line(f"try await caller.bidirectional({row(service, method)}, options: options)")
    source.close()


OPTIONS = "options: CallOptions = CallOptions()"

CLIENT_METHODS = {
    "unary": emit_unary, "serverStream": emit_server_stream,
    "clientStream": emit_client_stream, "bidirectional": emit_bidirectional,
}


def row(service, method):
    return f"{service.name}Methods.{method_name(method)}"


def open_client_method(source, method, declarations, answer):
    source.open(f"public func {method_name(method)}(")
    source.line(declarations)
    source.close(f") async throws -> {answer} {{")
    source.level += 1


def generate_table(contract):
    """ContractMethods: every method, by list."""
    source = Source("", ["public import Wire", ""])
    source.lines[1] = "// Generated by Generator/generate from proto/; do not edit."
    source.line("/// Every method of the contract.")
    source.open("public enum ContractMethods {")
    ours = [service for service in contract.services if ".testing." not in service.package]
    testing = [service for service in contract.services if ".testing." in service.package]
    source.line("/// The methods that the daemon serves, by service.")
    emit_table(source, "all", ours)
    source.line()
    source.line("/// The methods of services for tests and benchmarks.")
    emit_table(source, "testing", testing)
    source.close()
    return source.text()


def emit_table(source, name, services):
    source.open(f"public static let {name}: [MethodDescriptor] = [")
    for service in services:
        for method in service.methods:
            source.line(f"{service.name}Methods.{method_name(method)},")
    source.close("]")
