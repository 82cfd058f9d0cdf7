// What generated code builds C structures with. Package level: the C types that appear where these
// are called stay within the calling module.

extension Arena {
    /// A member's pointer to a structure that `build` made.
    @inlinable
    package static func typed<Structure>(
        _ structure: UnsafeRawPointer
    ) -> UnsafeMutablePointer<Structure> {
        UnsafeMutablePointer(mutating: structure.assumingMemoryBound(to: Structure.self))
    }

    /// Room for one structure, not initialised.
    @inlinable
    package func allocate<Structure>(
        _ type: Structure.Type
    ) throws(RPCStatus) -> UnsafeMutablePointer<Structure> {
        try room(bytes: MemoryLayout<Structure>.size)
            .bindMemory(to: Structure.self, capacity: 1)
    }

    /// Room for a repeated member; nil where it is empty.
    @inlinable
    package func array<Element>(
        of type: Element.Type, count: Int
    ) throws(RPCStatus) -> UnsafeMutablePointer<Element>? {
        guard count > 0 else { return nil }
        return try room(bytes: MemoryLayout<Element>.stride * count)
            .bindMemory(to: Element.self, capacity: count)
    }

    /// Counts a message that contains others, so that no value is sent that a peer would refuse and
    /// no nesting of ours overflows the stack in protobuf-c.
    package func enterMessage() throws(RPCStatus) {
        guard let state else { throw RPCStatus(.memoryBudget) }
        state.pointee.depth += 1
        if state.pointee.depth > MessageLimits.depthMost { throw RPCStatus(.nestingTooDeep) }
    }

    package func leaveMessage() {
        state?.pointee.depth -= 1
    }

    /// A string with the NUL that C wants after it. It must not contain one.
    package func string(_ text: String) throws(RPCStatus) -> UnsafeMutablePointer<CChar> {
        var text = text
        let count = text.utf8.count
        let target = try room(bytes: count + 1).bindMemory(to: CChar.self, capacity: count + 1)
        let hasNUL = text.withUTF8 { bytes in
            for index in 0..<count {
                target[index] = CChar(bitPattern: bytes[index])
            }
            return bytes.contains(0)
        }
        if hasNUL { throw RPCStatus(.nulInString) }
        target[count] = 0
        return target
    }

    /// Bytes and their count; no address where there are none.
    @usableFromInline
    package func bytes(
        _ bytes: [UInt8]
    ) throws(RPCStatus) -> (UnsafeMutablePointer<UInt8>?, Int) {
        guard let target = try array(of: UInt8.self, count: bytes.count) else { return (nil, 0) }
        bytes.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { target.update(from: base, count: source.count) }
        }
        return (target, bytes.count)
    }

    @inlinable
    package func numbers<Number: FixedWidthInteger>(
        _ values: [Number]
    ) throws(RPCStatus) -> (UnsafeMutablePointer<Number>?, Int) {
        guard let target = try array(of: Number.self, count: values.count) else { return (nil, 0) }
        for (index, value) in values.enumerated() { target[index] = value }
        return (target, values.count)
    }

    package func bools(
        _ values: [Bool]
    ) throws(RPCStatus) -> (UnsafeMutablePointer<CInt>?, Int) {
        guard let target = try array(of: CInt.self, count: values.count) else { return (nil, 0) }
        for (index, value) in values.enumerated() { target[index] = value ? 1 : 0 }
        return (target, values.count)
    }

    /// C enums, which protoc-c makes as wide as an `int`.
    @inlinable
    package func enums<Value: WireEnum, CEnum: RawRepresentable>(
        _ values: [Value]
    ) throws(RPCStatus) -> (UnsafeMutablePointer<CEnum>?, Int) where CEnum.RawValue == UInt32 {
        guard let target = try array(of: CEnum.self, count: values.count) else { return (nil, 0) }
        UnsafeMutableRawPointer(target).withMemoryRebound(to: Int32.self, capacity: values.count) {
            for (index, value) in values.enumerated() { $0[index] = value.rawValue }
        }
        return (target, values.count)
    }

    package func strings(
        _ values: [String]
    ) throws(RPCStatus) -> (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, Int) {
        let room = try array(of: UnsafeMutablePointer<CChar>?.self, count: values.count)
        guard let room else { return (nil, 0) }
        for (index, value) in values.enumerated() { room[index] = try string(value) }
        return (room, values.count)
    }

    /// Byte strings, each as `make` puts its count and address into C.
    @inlinable
    package func byteArrays<Data>(
        _ values: [[UInt8]], _ make: (Int, UnsafeMutablePointer<UInt8>?) -> Data
    ) throws(RPCStatus) -> (UnsafeMutablePointer<Data>?, Int) {
        guard let target = try array(of: Data.self, count: values.count) else { return (nil, 0) }
        for (index, value) in values.enumerated() {
            let (data, count) = try bytes(value)
            target[index] = make(count, data)
        }
        return (target, values.count)
    }

    @inlinable
    package func messages<Message: WireMessage, Structure>(
        _ values: [Message]
    ) throws(RPCStatus) -> (UnsafeMutablePointer<UnsafeMutablePointer<Structure>?>?, Int) {
        let room = try array(of: UnsafeMutablePointer<Structure>?.self, count: values.count)
        guard let room else { return (nil, 0) }
        for index in values.indices { room[index] = Arena.typed(try values[index].build(in: self)) }
        return (room, values.count)
    }

    /// Room for the entries of a map, which the caller fills.
    @inlinable
    package func entries<Entry>(
        _ type: Entry.Type, count: Int
    ) throws(RPCStatus) -> (UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?, Int) {
        (try array(of: UnsafeMutablePointer<Entry>?.self, count: count), count)
    }
}
