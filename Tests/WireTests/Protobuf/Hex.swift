/// The bytes that a text of hexadecimal digits stands for; blanks are passed over.
func bytes(hex: String) -> [UInt8] {
    let digits = hex.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}

/// A length prefix and the bytes, as in a length-delimited field.
func prefixed(_ bytes: [UInt8]) -> [UInt8] {
    varint(UInt64(bytes.count)) + bytes
}

func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var result: [UInt8] = []
    while rest >= 0x80 {
        result.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
    }
    return result + [UInt8(rest)]
}
