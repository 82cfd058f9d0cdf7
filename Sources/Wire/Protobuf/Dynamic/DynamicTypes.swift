/// A message of a descriptor set.
public struct DynamicMessageType: Sendable {
    /// Full name: "icds.v1.Client".
    public let name: String
    /// What the contract says of it.
    public let documentation: String
    /// Its fields in the order of the contract.
    public let fields: [DynamicField]
    /// It is the entry of a map field, with a key (1) and a value (2).
    public let isMapEntry: Bool
    /// It is proto3 without floating point and groups, which is all that this codec does.
    let isSupported: Bool

    /// The field of a number.
    func field(_ number: Int) -> DynamicField? {
        fields.first { $0.number == number }
    }

    /// Name without its package: "Client".
    var shortName: String {
        name.split(separator: ".").last.map { String($0) } ?? name
    }
}

/// A field of a message.
public struct DynamicField: Sendable {
    /// What a field holds.
    public enum Kind: Sendable, Equatable {
        case bool, string, bytes
        case int32(WireForm)
        case int64(WireForm)
        case uint32(WireForm)
        case uint64(WireForm)
        /// An enum, by its full name.
        case enumeration(String)
        /// A message, by its full name.
        case message(String)
        /// Floating point, or a group.
        case unsupported
    }

    /// How a number is written on the wire.
    public enum WireForm: Sendable {
        case varint, zigzag, fixed
    }

    public let number: Int
    /// Name in the contract: "client_id".
    public let name: String
    /// Name in JSON: "clientId".
    public let jsonName: String
    public let kind: Kind
    public let isRepeated: Bool
    /// A repeated number goes as one run of bytes.
    let isPacked: Bool
    /// Index of the choice (`oneof`) that it belongs to, within its message; nil for none.
    public let oneof: Int?
    /// It holds personal data (option `icds.v1.personal`).
    public let isPersonal: Bool
    /// It takes an idempotency key (option `icds.v1.address`).
    public let takesIdempotencyKey: Bool
    public let documentation: String

    /// How the scanner passes over a value.
    var scanKind: ScanKind {
        switch kind {
        case .bool, .enumeration: .varint
        case .int32(let form), .uint32(let form): form == .fixed ? .fixed32 : .varint
        case .int64(let form), .uint64(let form): form == .fixed ? .fixed64 : .varint
        case .string: .string
        case .bytes: .bytes
        case .message: .message
        case .unsupported: .fixed64
        }
    }
}

/// An enum of a descriptor set.
public struct DynamicEnum: Sendable {
    public struct Value: Sendable {
        /// Name in the contract: "PURPOSE_ASSESSMENT".
        public let name: String
        public let number: Int32
        public let documentation: String
    }

    /// Full name: "icds.v1.Purpose".
    public let name: String
    public let documentation: String
    public let values: [Value]
}

/// A service of a descriptor set.
public struct DynamicService: Sendable {
    /// Full name: "icds.v1.ClientService".
    public let name: String
    public let documentation: String
    public let methods: [DynamicMethod]

    public init(name: String, documentation: String, methods: [DynamicMethod]) {
        self.name = name
        self.documentation = documentation
        self.methods = methods
    }
}

/// A method of a service: its row of the method table, with what the contract says of it.
public struct DynamicMethod: Sendable {
    public let descriptor: MethodDescriptor
    public let documentation: String
}
