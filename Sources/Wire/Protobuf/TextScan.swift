/// Checks the bytes of a string: UTF-8 as RFC 3629 has it, without U+0000.
///
/// protobuf-c hands strings out NUL-terminated, so "admin\0x" would become "admin".
enum TextScan {
    /// What is wrong with the bytes; nil where nothing is.
    @inline(__always)
    static func fault(_ bytes: UnsafePointer<UInt8>, count: Int) -> WireFault? {
        var index = 0
        let raw = UnsafeRawPointer(bytes)
        while index &+ 8 <= count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // ASCII without NUL: no byte's top bit is set, and none borrows when 1 is taken from it.
            let borrows = word &- 0x0101_0101_0101_0101
            if (word | borrows) & 0x8080_8080_8080_8080 != 0 { break }
            index &+= 8
        }
        return slowFault(bytes, from: index, count: count)
    }

    private static func slowFault(
        _ bytes: UnsafePointer<UInt8>, from start: Int, count: Int
    ) -> WireFault? {
        var index = start
        while index < count {
            let first = bytes[index]
            if first == 0 { return .nulInString }
            if first < 0x80 {
                index &+= 1
                continue
            }
            let length = sequenceLength(bytes, index, count)
            if length == 0 { return .invalidUTF8 }
            index &+= length
        }
        return nil
    }

    /// Length of the multi-byte sequence at `index`; 0 where there is no valid one.
    private static func sequenceLength(
        _ bytes: UnsafePointer<UInt8>, _ index: Int, _ count: Int
    ) -> Int {
        let length: Int
        // The second byte's range rules out overlong forms, surrogates and beyond U+10FFFF.
        let second: ClosedRange<UInt8>
        switch bytes[index] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard count - index >= length, second.contains(bytes[index + 1]) else { return 0 }
        for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 {
            return 0
        }
        return length
    }
}
