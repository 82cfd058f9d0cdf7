import Wire

/// The contract for programs.
struct ContractJSON {
    let types: DescriptorSet

    func value(of services: [DynamicService]) -> JSONValue {
        object(["services": .array(services.map(value))])
    }

    func value(_ subject: ServerContract.Subject) -> JSONValue {
        switch subject {
        case .service(let service): value(service)
        case .method(let method): value(method)
        case .message(let message): value(message)
        case .enumeration(let found): value(found)
        }
    }

    private func value(_ service: DynamicService) -> JSONValue {
        object([
            "name": .string(service.name), "documentation": .string(service.documentation),
            "methods": .array(service.methods.map(value)),
        ])
    }

    private func value(_ method: DynamicMethod) -> JSONValue {
        let descriptor = method.descriptor
        return object([
            "name": .string(descriptor.fullName), "documentation": .string(method.documentation),
            "callers": .string(ContractNames.callers(descriptor)),
            "audited": .bool(descriptor.isAudited),
            "clientStreaming": .bool(
                descriptor.kind == .clientStream || descriptor.kind == .bidirectional),
            "serverStreaming": .bool(
                descriptor.kind == .serverStream || descriptor.kind == .bidirectional),
            "requestType": .string(descriptor.requestType),
            "requestFields": fields(descriptor.requestType),
            "responseType": .string(descriptor.responseType),
            "responseFields": fields(descriptor.responseType),
        ])
    }

    private func value(_ message: DynamicMessageType) -> JSONValue {
        object([
            "name": .string(message.name), "documentation": .string(message.documentation),
            "fields": fields(message.name),
        ])
    }

    private func value(_ found: DynamicEnum) -> JSONValue {
        object([
            "name": .string(found.name), "documentation": .string(found.documentation),
            "values": .array(
                found.values.map {
                    object([
                        "name": .string($0.name), "number": .number("\($0.number)"),
                        "documentation": .string($0.documentation),
                    ])
                }),
        ])
    }

    private func fields(_ message: String) -> JSONValue {
        let fields = types.messages[message]?.fields ?? []
        return .array(
            fields.map {
                object([
                    "name": .string($0.jsonName),
                    "type": .string(ContractNames.type(of: $0, in: types)),
                    "personal": .bool($0.isPersonal),
                    "documentation": .string($0.documentation),
                ])
            })
    }

    private func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { JSONMember(name: $0.key, value: $0.value) })
    }
}

/// Words of the contract that text and JSON share.
enum ContractNames {
    static func callers(_ method: MethodDescriptor) -> String {
        let names = PeerKind.allCases.filter { method.callers.contains($0) }.map(\.rawValue)
        return names.isEmpty ? "nobody" : names.joined(separator: ", ")
    }

    /// The field's type as the contract writes it.
    static func type(of field: DynamicField, in types: DescriptorSet) -> String {
        let name = name(of: field.kind)
        guard field.isRepeated else { return name }
        if case .message(let entry) = field.kind, let entry = types.messages[entry],
            entry.isMapEntry, entry.fields.count == 2
        {
            return "map<\(Self.name(of: entry.fields[0].kind)), "
                + "\(Self.name(of: entry.fields[1].kind))>"
        }
        return "repeated \(name)"
    }

    private static func name(of kind: DynamicField.Kind) -> String {
        switch kind {
        case .bool: "bool"
        case .string: "string"
        case .bytes: "bytes"
        case .int32(let form): ["int32", "sint32", "sfixed32"][form.order]
        case .int64(let form): ["int64", "sint64", "sfixed64"][form.order]
        case .uint32(let form): form == .fixed ? "fixed32" : "uint32"
        case .uint64(let form): form == .fixed ? "fixed64" : "uint64"
        case .enumeration(let name), .message(let name): name
        case .unsupported: "a type that is not supported"
        }
    }
}

extension DynamicField.WireForm {
    fileprivate var order: Int {
        switch self {
        case .varint: 0
        case .zigzag: 1
        case .fixed: 2
        }
    }
}
