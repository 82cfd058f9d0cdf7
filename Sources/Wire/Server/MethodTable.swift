import Glibc

/// The methods that a server answers, found by the bytes of a Call's method name without making a
/// String of them. Built once; a name that comes twice is a start-up error.
struct MethodTable: Sendable {
    /// What a name stands for.
    enum Lookup {
        case method(Entry)
        /// Its service is known, the method is not.
        case unknownMethod
        case unknownService
    }

    /// A method under its name. A class, so that a call takes hold of it by one reference.
    final class Entry: Sendable {
        fileprivate let name: [UInt8]
        let method: RegisteredMethod

        fileprivate init(name: [UInt8], method: RegisteredMethod) {
            self.name = name
            self.method = method
        }

        func isNamed(_ other: UnsafeRawBufferPointer) -> Bool {
            guard name.count == other.count else { return false }
            return name.withUnsafeBytes { bytes in
                guard let ours = bytes.baseAddress, let theirs = other.baseAddress else {
                    return true
                }
                return memcmp(ours, theirs, other.count) == 0
            }
        }
    }

    private let buckets: [[Entry]]
    private let mask: UInt64
    private let services: Set<String>

    /// Collects the methods of `services`.
    ///
    /// - Throws: `ServerConfigurationError.duplicateMethod`.
    init(
        services: [any RPCService], metrics: ServerMetrics = ServerMetrics()
    ) throws(ServerConfigurationError) {
        let methods = services.flatMap(\.methods)
        var count = 16
        while count < methods.count * 2 { count *= 2 }
        var buckets = [[Entry]](repeating: [], count: count)
        let mask = UInt64(count - 1)
        for method in methods {
            let name = Array(method.descriptor.fullName.utf8)
            let index = Int(name.withUnsafeBytes(Self.hash) & mask)
            guard !buckets[index].contains(where: { $0.name == name }) else {
                throw .duplicateMethod(method.descriptor.fullName)
            }
            var method = method
            method.meter = metrics.meter(of: method.descriptor)
            buckets[index].append(Entry(name: name, method: method))
        }
        self.buckets = buckets
        self.mask = mask
        self.services = Set(methods.map(\.descriptor.service))
    }

    /// Finds the method called `name`.
    func find(_ name: UnsafeRawBufferPointer) -> Lookup {
        guard name.count <= Limits.methodNameBytesMax else { return .unknownService }
        let index = Int(Self.hash(name) & mask)
        for entry in buckets[index] where entry.isNamed(name) { return .method(entry) }
        let service = String(decoding: name.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
        return services.contains(service) ? .unknownMethod : .unknownService
    }

    /// FNV-1a. The table is fixed and its keys are ours, so a peer gains nothing from collisions.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return hash
    }
}
