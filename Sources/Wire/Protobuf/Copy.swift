/// What generated code copies C members into Swift values with. The structures come from bytes that
/// the scanner has let pass, so their strings are valid UTF-8.
package enum Copy {
    @inlinable
    package static func string(_ text: UnsafeMutablePointer<CChar>?) -> String {
        guard let text, text[0] != 0 else { return "" }
        return String(cString: text)
    }

    @inlinable
    package static func bytes(_ data: UnsafeMutablePointer<UInt8>?, count: Int) -> [UInt8] {
        guard let data, count > 0 else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: count))
    }

    @inlinable
    package static func numbers<Number: FixedWidthInteger>(
        _ data: UnsafeMutablePointer<Number>?, count: Int
    ) -> [Number] {
        guard let data, count > 0 else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: count))
    }

    @inlinable
    package static func bools(_ data: UnsafeMutablePointer<CInt>?, count: Int) -> [Bool] {
        guard let data, count > 0 else { return [] }
        return (0..<count).map { data[$0] != 0 }
    }

    @inlinable
    package static func enums<Value: WireEnum, CEnum: RawRepresentable>(
        _ data: UnsafeMutablePointer<CEnum>?, count: Int
    ) -> [Value] where CEnum.RawValue == UInt32 {
        guard let data, count > 0 else { return [] }
        return (0..<count).map { Value(rawValue: Int32(bitPattern: data[$0].rawValue)) }
    }

    @inlinable
    package static func strings(
        _ data: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, count: Int
    ) -> [String] {
        guard let data, count > 0 else { return [] }
        return (0..<count).map { string(data[$0]) }
    }

    /// Byte strings, whose address and count `parts` takes out of C.
    @inlinable
    package static func byteArrays<Data>(
        _ data: UnsafeMutablePointer<Data>?, count: Int,
        _ parts: (Data) -> (UnsafeMutablePointer<UInt8>?, Int)
    ) -> [[UInt8]] {
        guard let data, count > 0 else { return [] }
        return (0..<count).map { index in
            let (address, count) = parts(data[index])
            return bytes(address, count: count)
        }
    }

    @inlinable
    package static func messages<Message: WireMessage, Structure>(
        _ data: UnsafeMutablePointer<UnsafeMutablePointer<Structure>?>?, count: Int
    ) throws(RPCStatus) -> [Message] {
        guard let data, count > 0 else { return [] }
        var result: [Message] = []
        result.reserveCapacity(count)
        for index in 0..<count {
            guard let structure = data[index] else { continue }
            result.append(try Message(copying: structure))
        }
        return result
    }
}
