/// The blind index of a personal identity code by one generation of a tenant's key: what the code is
/// found by without being there.
public struct BlindIndex: Sendable, Equatable {
    public let generation: UInt8
    /// HMAC-SHA-256, 32 bytes.
    public let bytes: [UInt8]

    public init(generation: UInt8, bytes: [UInt8]) {
        self.generation = generation
        self.bytes = bytes
    }
}

/// What a client's row holds of a code: one column of the two for each generation that is in use.
public struct BlindIndexColumns: Sendable, Equatable {
    /// By the generation with an odd number; nil where none of those is in use.
    public var odd: [UInt8]?
    public var even: [UInt8]?

    public init(odd: [UInt8]? = nil, even: [UInt8]? = nil) {
        self.odd = odd
        self.even = even
    }

    init(_ indexes: [BlindIndex]) {
        for index in indexes {
            if index.generation.isMultiple(of: 2) {
                even = index.bytes
            } else {
                odd = index.bytes
            }
        }
    }
}
