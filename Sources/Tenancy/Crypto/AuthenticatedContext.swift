/// What sealed bytes are bound to, or what a keyed hash is taken over: a purpose and its parts, each
/// with its length before it, so that no two different lists give the same bytes.
struct AuthenticatedContext {
    private(set) var bytes: [UInt8] = []

    /// - Parameter purpose: names the use and its version: "icds identity code v1".
    init(_ purpose: StaticString, _ parts: [[UInt8]]) {
        bytes.reserveCapacity(
            parts.reduce(4 * (parts.count + 1) + purpose.utf8CodeUnitCount) { $0 + $1.count })
        append(Array(purpose.description.utf8))
        for part in parts { append(part) }
    }

    private mutating func append(_ part: [UInt8]) {
        withUnsafeBytes(of: UInt32(part.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: part)
    }
}
