/// `bytea` reads as bytes; `text[]` and `bigint[]` as arrays without NULL elements.
extension Array: SQLDecodable where Element: SQLArrayElement {
    public init?(_ cell: SQLCell) {
        guard let elements = Element.elements(of: cell) else { return nil }
        self = elements
    }
}

/// A type that PostgreSQL has arrays of (or, for bytes, a type of its own).
public protocol SQLArrayElement {
    static func elements(of cell: SQLCell) -> [Self]?
}

extension UInt8: SQLArrayElement {
    public static func elements(of cell: SQLCell) -> [UInt8]? {
        cell.typeID == SQLTypeID.bytea ? Array(cell.bytes) : nil
    }
}

extension String: SQLArrayElement {
    public static func elements(of cell: SQLCell) -> [String]? { cell.arrayElements() }
}

extension Int64: SQLArrayElement {
    public static func elements(of cell: SQLCell) -> [Int64]? { cell.arrayElements() }
}

extension SQLCell {
    /// The elements of a one-dimensional array. The binary form is: number of dimensions, a flag
    /// for NULLs, the elements' type, then length and lower bound of each dimension, then each
    /// element with its length; all of them 32-bit big-endian.
    fileprivate func arrayElements<Element: SQLDecodable>() -> [Element]? {
        guard let dimensions = number(at: 0), let type = number(at: 8) else { return nil }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count = number(at: 12), count >= 0 else { return nil }
        var elements: [Element] = []
        var offset = 20
        for _ in 0..<count {
            guard let length = number(at: offset), length >= 0,
                offset + 4 + Int(length) <= bytes.count
            else { return nil }
            let content = UnsafeRawBufferPointer(
                rebasing: bytes[(offset + 4)..<(offset + 4 + Int(length))])
            let cell = SQLCell(typeID: UInt32(bitPattern: type), bytes: content)
            guard let element = Element(cell) else { return nil }
            elements.append(element)
            offset += 4 + Int(length)
        }
        return elements
    }

    private func number(at offset: Int) -> Int32? {
        guard offset + 4 <= bytes.count else { return nil }
        return Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
    }
}
