/// How far a tenant's log was sealed when a checkpoint was made: a leaf of that checkpoint's tree of
/// heads.
public struct LogHead: Sendable, Hashable {
    public var schema: String
    public var sealNumber: UInt64
    public var treeSize: UInt64
    /// Root of the tenant's tree.
    public var root: [UInt8]
    /// Hash of the seal.
    public var sealHash: [UInt8]

    public init(
        schema: String, sealNumber: UInt64, treeSize: UInt64, root: [UInt8], sealHash: [UInt8]
    ) {
        self.schema = schema
        self.sealNumber = sealNumber
        self.treeSize = treeSize
        self.root = root
        self.sealHash = sealHash
    }

    public func leaf() throws(ProofError) -> [UInt8] {
        var bytes = CanonicalBytes(leaf: "icds-head-1")
        bytes.text(schema)
        bytes.number(sealNumber)
        bytes.number(treeSize)
        bytes.fixed(root)
        bytes.fixed(sealHash)
        return try SHA256.hash(bytes.bytes)
    }
}
