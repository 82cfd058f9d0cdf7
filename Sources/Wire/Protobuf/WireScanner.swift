/// One pass over a message's bytes before protobuf-c sees them.
///
/// protobuf-c 1.4 has no depth limit, takes invalid UTF-8 and NUL in strings, does not look at the
/// wire type of a bool and turns two bytes into hundreds. What passes here is protobuf that a strict
/// decoder takes, nests at most `depthMax` deep and has a bounded number of parts. The pass does not
/// recurse and allocates nothing.
struct WireScanner {
    private let base: UnsafePointer<UInt8>
    private let limits: MessageLimits
    private var position = 0
    private var fieldCount = 0
    private var elementCount = 0
    private var unknownCount = 0
    private var hasParts = false

    /// One message that the scan is within.
    private struct Level {
        var table: UnsafePointer<ScanTable>
        var end: Int
        /// A bit for each field that may come once and has come, and that is a message. Fields beyond
        /// the 64th share bits.
        var seen: UInt64 = 0
    }

    /// What a scan of valid bytes found out.
    struct Finding {
        /// A message that may come once comes, or may come, in several parts: `MessageJoiner` has
        /// to put them together.
        var hasParts = false
    }

    /// Checks the bytes; throws the first thing that is wrong with them.
    static func scan(
        _ bytes: UnsafeRawBufferPointer, _ table: UnsafePointer<ScanTable>, _ limits: MessageLimits
    ) throws(WireFault) -> Finding {
        guard let address = bytes.baseAddress, bytes.count > 0 else { return Finding() }
        var scanner = WireScanner(
            base: address.assumingMemoryBound(to: UInt8.self), limits: limits)
        try scanner.run(table, count: bytes.count)
        return Finding(hasParts: scanner.hasParts)
    }

    private init(base: UnsafePointer<UInt8>, limits: MessageLimits) {
        self.base = base
        self.limits = limits
    }

    private mutating func run(
        _ table: UnsafePointer<ScanTable>, count: Int
    ) throws(WireFault) {
        var fault: WireFault?
        withUnsafeTemporaryAllocation(of: Level.self, capacity: MessageLimits.depthMost) { levels in
            do throws(WireFault) {
                try walk(levels, table, count: count)
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
    }

    private mutating func walk(
        _ levels: UnsafeMutableBufferPointer<Level>, _ table: UnsafePointer<ScanTable>, count: Int
    ) throws(WireFault) {
        guard limits.depthMax >= 1 else { throw .nestingTooDeep }
        var depth = 1
        var level = Level(table: table, end: count)
        while true {
            while position >= level.end {
                depth -= 1
                if depth == 0 { return }
                level = levels[depth - 1]
            }
            let tag = try tag(end: level.end)
            fieldCount += 1
            if fieldCount > limits.fieldsMax { throw .tooManyFields }
            guard let field = level.table.pointee.field(tag >> 3) else {
                try skipUnknown(tag & 7, end: level.end)
                continue
            }
            if field.pointee.kind == .message, tag & 7 == 2, let nested = field.pointee.message {
                if field.pointee.isRepeated {
                    try countElements(1)
                } else {
                    let index = level.table.pointee.index(of: field)
                    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: index & 63)
                    if level.seen & bit != 0 { hasParts = true }
                    level.seen |= bit
                }
                let end = try lengthPrefixEnd(end: level.end)
                if depth >= limits.depthMax { throw .nestingTooDeep }
                levels[depth - 1] = level
                depth += 1
                level = Level(table: nested, end: end)
            } else {
                try value(field.pointee, tag & 7, end: level.end)
            }
        }
    }

    /// Passes over one value of a known field that is not a message.
    @inline(__always)
    private mutating func value(
        _ field: ScanField, _ wireType: UInt32, end: Int
    ) throws(WireFault) {
        switch (field.kind, wireType) {
        case (.string, 2):
            if field.isRepeated { try countElements(1) }
            let stop = try lengthPrefixEnd(end: end)
            if let fault = TextScan.fault(base + position, count: stop - position) { throw fault }
            position = stop
        case (.bytes, 2):
            if field.isRepeated { try countElements(1) }
            position = try lengthPrefixEnd(end: end)
        case (.varint, 0):
            if field.isRepeated { try countElements(1) }
            try skipVarint(end: end)
        case (.fixed32, 5):
            if field.isRepeated { try countElements(1) }
            try skip(4, end: end)
        case (.fixed64, 1):
            if field.isRepeated { try countElements(1) }
            try skip(8, end: end)
        case (.varint, 2), (.fixed32, 2), (.fixed64, 2):
            guard field.isRepeated else { throw .wrongWireType }
            try packed(field.kind, end: end)
        case (_, 0), (_, 1), (_, 2), (_, 5):
            throw .wrongWireType
        default:
            throw .group
        }
    }

    private mutating func packed(_ kind: ScanKind, end: Int) throws(WireFault) {
        let stop = try lengthPrefixEnd(end: end)
        if kind == .varint {
            while position < stop {
                try countElements(1)
                do throws(WireFault) {
                    try skipVarint(end: stop)
                } catch .truncated {
                    throw .badPackedField
                }
            }
            return
        }
        let size = kind == .fixed32 ? 4 : 8
        guard (stop - position) % size == 0 else { throw .badPackedField }
        try countElements((stop - position) / size)
        position = stop
    }

    private mutating func skipUnknown(_ wireType: UInt32, end: Int) throws(WireFault) {
        unknownCount += 1
        if unknownCount > limits.unknownFieldsMax { throw .tooManyUnknownFields }
        switch wireType {
        case 0: try skipVarint(end: end)
        case 1: try skip(8, end: end)
        case 2: position = try lengthPrefixEnd(end: end)
        case 5: try skip(4, end: end)
        default: throw .group
        }
    }

    @inline(__always)
    private mutating func countElements(_ count: Int) throws(WireFault) {
        elementCount += count
        if elementCount > limits.elementsMax { throw .tooManyElements }
    }

    @inline(__always)
    private mutating func skip(_ count: Int, end: Int) throws(WireFault) {
        guard end - position >= count else { throw .truncated }
        position += count
    }

    /// A tag: a varint of at most 5 bytes and 32 bits, with a field number that is not 0.
    @inline(__always)
    private mutating func tag(end: Int) throws(WireFault) -> UInt32 {
        let first = base[position]
        if first < 0x80 {
            position += 1
            guard first >= 8 else { throw .badTag }
            return UInt32(first)
        }
        let value = try shortVarint(end: end, orThrow: .badTag)
        guard value <= UInt64(UInt32.max), value >= 8 else { throw .badTag }
        return UInt32(truncatingIfNeeded: value)
    }

    /// Reads a length prefix and gives where what it announces ends, which lies within `end`.
    @inline(__always)
    private mutating func lengthPrefixEnd(end: Int) throws(WireFault) -> Int {
        guard position < end else { throw .truncated }
        let first = base[position]
        var length = Int(first)
        if first < 0x80 {
            position += 1
        } else {
            let value = try shortVarint(end: end, orThrow: .badLength)
            guard value <= UInt64(Int32.max) else { throw .badLength }
            length = Int(value)
        }
        guard end - position >= length else { throw .truncated }
        return position + length
    }

    /// A varint of at most 5 bytes.
    private mutating func shortVarint(
        end: Int, orThrow fault: WireFault
    ) throws(WireFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 35 {
            guard position < end else { throw .truncated }
            let byte = base[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw fault
    }

    /// A varint of at most 10 bytes and 64 bits.
    @inline(__always)
    private mutating func skipVarint(end: Int) throws(WireFault) {
        var count = 0
        while true {
            guard position < end else { throw .truncated }
            let byte = base[position]
            position += 1
            count += 1
            if byte < 0x80 {
                // The tenth byte holds the 64th bit alone.
                guard count < 10 || byte <= 1 else { throw .badVarint }
                return
            }
            guard count < 10 else { throw .badVarint }
        }
    }
}
