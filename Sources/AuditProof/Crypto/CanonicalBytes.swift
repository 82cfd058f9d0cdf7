/// Puts values one after the other in the way that docs/audit.md describes: numbers big-endian, texts
/// with their length before them, and in a leaf each value after a byte that says whether there is one.
struct CanonicalBytes {
    private(set) var bytes: [UInt8]

    init(_ prefix: String) {
        bytes = Array(prefix.utf8)
    }

    /// Leaves of a Merkle tree begin with the byte 0 (RFC 6962, section 2.1).
    init(leaf prefix: String) {
        bytes = [0] + Array(prefix.utf8)
    }

    mutating func number(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
    }

    mutating func fixed(_ value: [UInt8]) { bytes += value }

    mutating func text(_ value: String) {
        let content = Array(value.utf8)
        number(UInt32(content.count))
        bytes += content
    }

    // MARK: Values that may be absent

    mutating func optionalNumber(_ value: (some FixedWidthInteger)?) {
        guard let value else { return bytes.append(0) }
        bytes.append(1)
        number(value)
    }

    mutating func optional(_ value: [UInt8]?) {
        guard let value else { return bytes.append(0) }
        bytes.append(1)
        number(UInt32(value.count))
        bytes += value
    }

    mutating func optionalText(_ value: String?) { optional(value.map { Array($0.utf8) }) }

    mutating func optionalFixed(_ value: [UInt8]?) {
        guard let value else { return bytes.append(0) }
        bytes.append(1)
        bytes += value
    }
}
