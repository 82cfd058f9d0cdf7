/// Reads descriptor.proto's messages, as far as a codec and documentation need them.
///
/// Numbers are those of google/protobuf/descriptor.proto and of icds/v1/options.proto.
struct DescriptorReader {
    private(set) var messages: [String: DynamicMessageType] = [:]
    private(set) var enums: [String: DynamicEnum] = [:]
    private(set) var services: [DynamicService] = []

    /// Comments of the present file by the path of what they document.
    private var comments: [[Int]: String] = [:]
    private var isProto3 = false

    /// A whole `FileDescriptorSet`.
    mutating func read(_ bytes: [UInt8]) throws(WireFault) {
        var fields = WireFields(bytes[...])
        while let (number, value) = try fields.next() {
            if number == 1 { try file(try value.message()) }
        }
    }

    // MARK: Files

    private mutating func file(_ bytes: ArraySlice<UInt8>) throws(WireFault) {
        var package = ""
        var (messages, enums, services):
            ([ArraySlice<UInt8>], [ArraySlice<UInt8>], [ArraySlice<UInt8>])
        (messages, enums, services) = ([], [], [])
        comments = [:]
        isProto3 = false
        var fields = WireFields(bytes)
        while let (number, value) = try fields.next() {
            switch number {
            case 2: package = try value.text()
            case 4: messages.append(try value.message())
            case 5: enums.append(try value.message())
            case 6: services.append(try value.message())
            case 9: try sourceInformation(try value.message())
            case 12: isProto3 = try value.text() == "proto3"
            default: break
            }
        }
        let scope = package.isEmpty ? "" : package + "."
        for (index, message) in messages.enumerated() {
            try self.message(message, scope: scope, path: [4, index], depth: 1)
        }
        for (index, item) in enums.enumerated() {
            try enumeration(item, scope: scope, path: [5, index])
        }
        for (index, item) in services.enumerated() {
            try service(item, scope: scope, path: [6, index])
        }
    }

    private mutating func sourceInformation(_ bytes: ArraySlice<UInt8>) throws(WireFault) {
        var fields = WireFields(bytes)
        while let (number, value) = try fields.next() {
            guard number == 1 else { continue }
            var path: [Int] = []
            var comment = ""
            var location = WireFields(try value.message())
            while let (number, value) = try location.next() {
                switch number {
                case 1: path += try value.integers().map { Int(clamping: $0) }
                case 3: comment = try value.text()
                default: break
                }
            }
            comments[path] = Self.paragraphs(comment)
        }
    }

    /// Paragraphs of one line each, with blank lines between.
    private static func paragraphs(_ comment: String) -> String {
        var paragraphs: [String] = []
        var lines: [Substring] = []
        for line in comment.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ")
            if words.isEmpty {
                if !lines.isEmpty { paragraphs.append(lines.joined(separator: " ")) }
                lines = []
            } else {
                lines.append(Substring(words.joined(separator: " ")))
            }
        }
        if !lines.isEmpty { paragraphs.append(lines.joined(separator: " ")) }
        return paragraphs.joined(separator: "\n\n")
    }

    private func documentation(_ path: [Int]) -> String { comments[path] ?? "" }

    // MARK: Messages

    private mutating func message(
        _ bytes: ArraySlice<UInt8>, scope: String, path: [Int], depth: Int
    ) throws(WireFault) {
        guard depth <= DescriptorSet.depthMax else { throw .nestingTooDeep }
        var name = ""
        var (items, nested, enums): ([ArraySlice<UInt8>], [ArraySlice<UInt8>], [ArraySlice<UInt8>])
        (items, nested, enums) = ([], [], [])
        var isMapEntry = false
        var fields = WireFields(bytes)
        while let (number, value) = try fields.next() {
            switch number {
            case 1: name = scope + (try value.text())
            case 2: items.append(try value.message())
            case 3: nested.append(try value.message())
            case 4: enums.append(try value.message())
            case 7: isMapEntry = try Options(try value.message()).flag(7)
            default: break
            }
        }
        var read: [DynamicField] = []
        for (index, item) in items.enumerated() {
            read.append(try field(item, documentation(path + [2, index])))
        }
        for (index, item) in nested.enumerated() {
            try message(item, scope: name + ".", path: path + [3, index], depth: depth + 1)
        }
        for (index, item) in enums.enumerated() {
            try enumeration(item, scope: name + ".", path: path + [4, index])
        }
        messages[name] = DynamicMessageType(
            name: name, documentation: documentation(path), fields: read, isMapEntry: isMapEntry,
            isSupported: isProto3 && !read.contains { $0.kind == .unsupported })
    }

    private func field(
        _ bytes: ArraySlice<UInt8>, _ documentation: String
    ) throws(WireFault) -> DynamicField {
        var (name, jsonName, typeName) = ("", "", "")
        var (number, label, type): (Int, UInt64, UInt64) = (0, 0, 0)
        var oneof: Int?
        var options = Options()
        var fields = WireFields(bytes)
        while let (field, value) = try fields.next() {
            switch field {
            case 1: name = try value.text()
            case 3: number = Int(clamping: try value.integer())
            case 4: label = try value.integer()
            case 5: type = try value.integer()
            case 6: typeName = String(try value.text().drop { $0 == "." })
            case 8: options = try Options(try value.message())
            case 9: oneof = Int(clamping: try value.integer())
            case 10: jsonName = try value.text()
            default: break
            }
        }
        guard (1...536_870_911).contains(number) else { throw .badTag }
        return DynamicField(
            number: number, name: name, jsonName: jsonName.isEmpty ? name : jsonName,
            kind: .init(descriptorType: type, typeName: typeName), isRepeated: label == 3,
            isPacked: options.values[2].map { $0.contains(1) } ?? isProto3, oneof: oneof,
            isPersonal: options.flag(50001), takesIdempotencyKey: options.values[50002]?.last == 7,
            documentation: documentation)
    }

    private mutating func enumeration(
        _ bytes: ArraySlice<UInt8>, scope: String, path: [Int]
    ) throws(WireFault) {
        var name = ""
        var values: [DynamicEnum.Value] = []
        var fields = WireFields(bytes)
        while let (number, value) = try fields.next() {
            if number == 1 { name = scope + (try value.text()) }
            guard number == 2 else { continue }
            var (valueName, valueNumber) = ("", Int32(0))
            var parts = WireFields(try value.message())
            while let (number, part) = try parts.next() {
                if number == 1 { valueName = try part.text() }
                if number == 2 { valueNumber = Int32(truncatingIfNeeded: try part.integer()) }
            }
            let text = documentation(path + [2, values.count])
            values.append(.init(name: valueName, number: valueNumber, documentation: text))
        }
        enums[name] = DynamicEnum(
            name: name, documentation: documentation(path), values: values)
    }
}

// MARK: Services

extension DescriptorReader {
    private mutating func service(
        _ bytes: ArraySlice<UInt8>, scope: String, path: [Int]
    ) throws(WireFault) {
        var name = ""
        var items: [ArraySlice<UInt8>] = []
        var fields = WireFields(bytes)
        while let (number, value) = try fields.next() {
            if number == 1 { name = scope + (try value.text()) }
            if number == 2 { items.append(try value.message()) }
        }
        var methods: [DynamicMethod] = []
        for (index, item) in items.enumerated() {
            methods.append(
                DynamicMethod(
                    descriptor: try method(item, of: name),
                    documentation: documentation(path + [2, index])))
        }
        services.append(
            DynamicService(name: name, documentation: documentation(path), methods: methods))
    }

    private func method(
        _ bytes: ArraySlice<UInt8>, of service: String
    ) throws(WireFault) -> MethodDescriptor {
        var (name, request, response) = ("", "", "")
        var (clientStreams, serverStreams) = (false, false)
        var options = Options()
        var fields = WireFields(bytes)
        while let (number, value) = try fields.next() {
            switch number {
            case 1: name = try value.text()
            case 2: request = String(try value.text().drop { $0 == "." })
            case 3: response = String(try value.text().drop { $0 == "." })
            case 4: options = try Options(try value.message())
            case 5: clientStreams = try value.integer() != 0
            case 6: serverStreams = try value.integer() != 0
            default: break
            }
        }
        let kind: CallKind =
            switch (clientStreams, serverStreams) {
            case (false, false): .unary
            case (false, true): .serverStream
            case (true, false): .clientStream
            case (true, true): .bidirectional
            }
        // Idempotency: 1 has no side effects, 2 is idempotent.
        let level = options.values[34]?.last ?? 0
        return MethodDescriptor(
            service: service, name: name, kind: kind, callers: options.callers,
            isAudited: options.flag(50102), isIdempotent: level != 0,
            hasNoSideEffects: level == 1, requestType: request, responseType: response)
    }
}
