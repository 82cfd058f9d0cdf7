/// UUIDs as text.
public enum UUIDText {
    /// The text of a UUID's 16 bytes.
    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        func digit(_ value: UInt8) -> UInt8 {
            value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
        }
        return String(unsafeUninitializedCapacity: 36) { text in
            var position = 0
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    text[position] = UInt8(ascii: "-")
                    position += 1
                }
                text[position] = digit(byte >> 4)
                text[position + 1] = digit(byte & 15)
                position += 2
            }
            return position
        }
    }

    /// Whether a text is a UUID in the one form that this system uses: 36 characters, hexadecimal
    /// digits in lower case, hyphens after 8, 12, 16 and 20 of them.
    public static func isValid(_ text: String) -> Bool {
        let characters = text.utf8
        guard characters.count == 36 else { return false }
        for (index, character) in characters.enumerated() {
            switch index {
            case 8, 13, 18, 23:
                guard character == UInt8(ascii: "-") else { return false }
            default:
                let isDigit = character >= UInt8(ascii: "0") && character <= UInt8(ascii: "9")
                let isLetter = character >= UInt8(ascii: "a") && character <= UInt8(ascii: "f")
                guard isDigit || isLetter else { return false }
            }
        }
        return true
    }
}

extension String {
    /// The first `count` characters as PostgreSQL counts them (Unicode scalars), without NUL, which
    /// it cannot store.
    func clipped(to count: Int) -> String {
        // No scalar is shorter than a byte: what is short enough in bytes stays as it is.
        if utf8.count <= count, !utf8.contains(0) { return self }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: unicodeScalars.lazy.filter { $0.value != 0 }.prefix(count))
        return String(scalars)
    }
}
