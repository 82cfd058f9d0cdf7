/// A seal of a tenant's log: the root over all rows up to one, signed, and chained to the seal before.
public struct Seal: Sendable, Equatable {
    /// What the first seal has in `previous`.
    public static let none = [UInt8](repeating: 0, count: SHA256.byteCount)

    /// 1 and on.
    public var number: UInt64 = 0
    /// The rows that this seal added, in the order of their positions.
    public var first = LogPosition.start
    public var last = LogPosition.start
    public var rowCount: UInt64 = 0
    /// How many rows the log has up to `last`.
    public var treeSize: UInt64 = 0
    /// Root of the Merkle tree over the leaves of all of them.
    public var root: [UInt8] = []
    /// Hash of the seal before.
    public var previous: [UInt8] = []
    /// The cluster's, as `pg_control_system()` gives it, and its timeline.
    public var systemIdentifier: UInt64 = 0
    public var timeline: UInt32 = 0
    /// Microseconds since 2000-01-01T00:00:00Z.
    public var time: Int64 = 0
    /// SHA-256 of the public key that signed it.
    public var keyIdentifier: [UInt8] = []
    /// Ed25519 over `canonicalBytes`.
    public var signature: [UInt8] = []

    public init() {}

    /// What is signed.
    public func canonicalBytes(schema: String) -> [UInt8] {
        var bytes = CanonicalBytes("icds-seal-1")
        bytes.text(schema)
        bytes.number(number)
        for position in [first, last] {
            bytes.number(position.era)
            bytes.number(position.transaction)
            bytes.number(position.sequence)
        }
        bytes.number(rowCount)
        bytes.number(treeSize)
        bytes.fixed(root)
        bytes.fixed(previous)
        bytes.number(systemIdentifier)
        bytes.number(timeline)
        bytes.number(time)
        bytes.fixed(keyIdentifier)
        return bytes.bytes
    }

    /// What the next seal has in `previous`: the hash of what is signed and of the signature.
    public func hash(schema: String) throws(ProofError) -> [UInt8] {
        try SHA256.hash(canonicalBytes(schema: schema) + signature)
    }

    public mutating func sign(with key: SigningKey, schema: String) throws(ProofError) {
        keyIdentifier = try key.publicKey.identifier()
        signature = try key.sign(canonicalBytes(schema: schema))
    }

    /// Whether one of the keys signed it: the one that it names.
    public func isSigned(
        byOneOf keys: some Sequence<VerifyingKey>, schema: String
    ) throws(ProofError) -> Bool {
        guard root.count == SHA256.byteCount, previous.count == SHA256.byteCount else {
            return false
        }
        for key in keys {
            guard try key.identifier() == keyIdentifier else { continue }
            return try key.isValid(signature, of: canonicalBytes(schema: schema))
        }
        return false
    }
}
