/// A contract that was read while the program runs, from a serialized
/// `google.protobuf.FileDescriptorSet` such as `icds.v1.ReflectionService` answers with.
///
/// Immutable. Messages are decoded with the same scan as those of generated types.
public final class DescriptorSet: Sendable {
    /// Messages by full name.
    public let messages: [String: DynamicMessageType]
    /// Enums by full name.
    public let enums: [String: DynamicEnum]
    /// Services in the order of their names.
    public let services: [DynamicService]
    private let tables: DynamicScanTables

    /// Bytes of a serialized set that are read at the most.
    public static let bytesMax = 4_194_304
    /// Messages inside messages in a file, the outermost counting as 1.
    static let depthMax = 16

    /// Reads a serialized set. Every type that a field or a method names must be in it.
    public init(serialized bytes: [UInt8]) throws(DescriptorSetError) {
        guard bytes.count <= Self.bytesMax else { throw DescriptorSetError("it is too long") }
        var reader = DescriptorReader()
        do throws(WireFault) {
            try reader.read(bytes)
        } catch {
            throw DescriptorSetError(RPCStatus(error).message)
        }
        messages = reader.messages
        enums = reader.enums
        services = reader.services.sorted { $0.name < $1.name }
        try Self.checkReferences(messages: messages, enums: enums, services: services)
        tables = DynamicScanTables(messages)
    }

    /// The method of a full name: "icds.v1.ClientService/GetClient".
    public func method(_ fullName: String) -> DynamicMethod? {
        for service in services {
            if let found = service.methods.first(where: { $0.descriptor.fullName == fullName }) {
                return found
            }
        }
        return nil
    }

    /// The first thing wrong with a message's bytes.
    func scan(
        _ bytes: UnsafeRawBufferPointer, as type: DynamicMessageType, _ limits: MessageLimits
    ) -> WireFault? {
        guard let table = tables.table(of: type.name) else { return .rejectedByDecoder }
        return withExtendedLifetime(tables) {
            do throws(WireFault) {
                // Parts of a message need no joining here: `DynamicMessage` merges them itself.
                _ = try WireScanner.scan(bytes, table, limits)
                return nil
            } catch {
                return error
            }
        }
    }

    private static func checkReferences(
        messages: [String: DynamicMessageType], enums: [String: DynamicEnum],
        services: [DynamicService]
    ) throws(DescriptorSetError) {
        for message in messages.values {
            for field in message.fields {
                switch field.kind {
                case .message(let name) where messages[name] == nil,
                    .enumeration(let name) where enums[name] == nil:
                    throw DescriptorSetError("\(message.name).\(field.name) names \(name)")
                default: break
                }
            }
        }
        for method in services.flatMap(\.methods).map(\.descriptor) {
            guard messages[method.requestType] != nil, messages[method.responseType] != nil else {
                throw DescriptorSetError("\(method.fullName) names a message that is not there")
            }
        }
    }
}

/// A descriptor set that cannot be used.
public struct DescriptorSetError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    init(_ problem: String) {
        description = "the descriptor set is wrong: \(problem)"
    }
}
