/// An entry of the operator's log: the heads of all tenants at one moment. Each checkpoint adds one.
public struct CheckpointEntry: Sendable, Hashable {
    /// 1 and on: the size of the operator's log with this entry.
    public var number: UInt64
    /// Microseconds since 2000-01-01T00:00:00Z.
    public var time: Int64
    /// Root of the tree of heads (`HeadTree`).
    public var headsRoot: [UInt8]

    public init(number: UInt64, time: Int64, headsRoot: [UInt8]) {
        self.number = number
        self.time = time
        self.headsRoot = headsRoot
    }

    public func leaf() throws(ProofError) -> [UInt8] {
        var bytes = CanonicalBytes(leaf: "icds-checkpoint-1")
        bytes.number(number)
        bytes.number(time)
        bytes.fixed(headsRoot)
        return try SHA256.hash(bytes.bytes)
    }
}
