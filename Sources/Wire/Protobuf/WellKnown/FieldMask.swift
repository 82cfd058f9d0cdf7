import CContract

/// Names of fields (`google.protobuf.FieldMask`), by their proto names: "service_language".
public struct FieldMask: WireMessage, Hashable {
    public static let messageName = "google.protobuf.FieldMask"

    public var paths: [String] = []

    public init() {}

    public init(paths: [String]) {
        self.paths = paths
    }

    public var description: String {
        var text = RedactedText("FieldMask")
        text.add("paths", paths)
        return text.finished
    }
}

extension FieldMask {
    public static let shape: MessageShape = {
        var structure = Google__Protobuf__FieldMask()
        google__protobuf__field_mask__init(&structure)
        return MessageShape(descriptor: structure.base.descriptor)
    }()

    public init(copying structure: UnsafeRawPointer) throws(RPCStatus) {
        let c = structure.assumingMemoryBound(to: Google__Protobuf__FieldMask.self)
        self.init(paths: Copy.strings(c.pointee.paths, count: c.pointee.n_paths))
    }

    public func build(in arena: borrowing Arena) throws(RPCStatus) -> UnsafeRawPointer {
        let c = try arena.allocate(Google__Protobuf__FieldMask.self)
        google__protobuf__field_mask__init(c)
        (c.pointee.paths, c.pointee.n_paths) = try arena.strings(paths)
        return UnsafeRawPointer(c)
    }

    /// Reads paths in lower camel case with commas between: "serviceLanguage,contact".
    public init(json: JSONValue) throws(JSONError) {
        guard let text = json.stringValue else {
            throw JSONError("expected field names with commas between")
        }
        guard !text.isEmpty else {
            self.init()
            return
        }
        var paths: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard !part.isEmpty, !part.contains("_") else {
                throw JSONError("expected field names in lower camel case with commas between")
            }
            var path = ""
            for character in part {
                path += character.isUppercase ? "_" + character.lowercased() : String(character)
            }
            paths.append(path)
        }
        self.init(paths: paths)
    }

    public var json: JSONValue {
        .string(paths.map(Self.camelCase).joined(separator: ","))
    }

    private static func camelCase(_ path: String) -> String {
        var result = ""
        var isRaised = false
        for character in path {
            if character == "_" {
                isRaised = true
            } else {
                result += isRaised ? character.uppercased() : String(character)
                isRaised = false
            }
        }
        return result
    }
}
