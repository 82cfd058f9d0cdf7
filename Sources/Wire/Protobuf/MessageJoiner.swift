/// Puts the parts of a message together where it may come once and comes in several parts.
///
/// protobuf has such parts merged, which is the same as decoding their bytes one after the other.
/// protobuf-c merges the structures that it made of them: it keeps the number of an earlier part
/// where a later one says 0, and drops the earlier part of a member of a oneof. No encoder writes
/// parts, so hardly any message comes here, and protobuf-c never merges.
///
/// Only for bytes that the scanner has let pass. Recurses as deep as they nest, at most
/// `MessageLimits.depthMost` levels; each copies the bytes once.
struct MessageJoiner {
    /// A message of parts, by the index of its field, and where its last part begins.
    private struct Parts {
        var bodies: [UnsafeRawBufferPointer] = []
        var lastOffset = 0
    }

    private let bytes: UnsafeRawBufferPointer
    private let table: ScanTable
    private var parts: [Int: Parts] = [:]
    private var output: [UInt8] = []

    /// The bytes of the same message without parts, in the order of the last of each. Never longer.
    static func joined(
        _ bytes: UnsafeRawBufferPointer, _ table: UnsafePointer<ScanTable>
    ) throws(WireFault) -> [UInt8] {
        var joiner = MessageJoiner(bytes: bytes, table: table.pointee)
        do throws(FrameError) {
            try joiner.collect()
            try joiner.write()
        } catch {
            // The scanner is stricter than the cursor, so this does not happen.
            throw .rejectedByDecoder
        }
        return joiner.output
    }

    private init(bytes: UnsafeRawBufferPointer, table: ScanTable) {
        self.bytes = bytes
        self.table = table
        output.reserveCapacity(bytes.count)
    }

    /// Finds the parts of each message that may come once. A member of a oneof loses them when
    /// another member comes.
    private mutating func collect() throws(FrameError) {
        var cursor = WireCursor(bytes)
        while true {
            let start = cursor.offset
            guard let header = try cursor.nextField() else { return }
            guard let field = table.field(header.number) else {
                try cursor.skip(header.type)
                continue
            }
            let index = table.index(of: field)
            if field.pointee.oneof != 0, !parts.isEmpty {
                for other in parts.keys
                where other != index && table.fields[other].oneof == field.pointee.oneof {
                    parts[other] = nil
                }
            }
            guard field.pointee.kind == .message, !field.pointee.isRepeated else {
                try cursor.skip(header.type)
                continue
            }
            parts[index, default: Parts()].bodies.append(try cursor.lengthDelimited())
            parts[index]?.lastOffset = start
        }
    }

    /// Writes every field as it is, but messages joined: those of parts where their last part is.
    private mutating func write() throws(FrameError) {
        var cursor = WireCursor(bytes)
        while true {
            let start = cursor.offset
            guard let header = try cursor.nextField() else { return }
            let tagEnd = cursor.offset
            guard let field = table.field(header.number), field.pointee.kind == .message,
                let nested = field.pointee.message
            else {
                try cursor.skip(header.type)
                output += bytes[start..<cursor.offset]
                continue
            }
            let body = try cursor.lengthDelimited()
            var bodies = [body]
            if !field.pointee.isRepeated {
                guard let parts = parts[table.index(of: field)], parts.lastOffset == start else {
                    continue
                }
                bodies = parts.bodies
            }
            let content = try Self.content(bodies, nested)
            output += bytes[start..<tagEnd]
            writeLength(content.count)
            output += content
        }
    }

    private static func content(
        _ bodies: [UnsafeRawBufferPointer], _ table: UnsafePointer<ScanTable>
    ) throws(FrameError) -> [UInt8] {
        let whole = bodies.count == 1 ? nil : bodies.flatMap { Array($0) }
        // `withUnsafeBytes` does not carry typed errors, so the result does.
        let result = { (raw: UnsafeRawBufferPointer) in
            Result { () throws(WireFault) in try joined(raw, table) }
        }
        let content = whole?.withUnsafeBytes(result) ?? result(bodies[0])
        do throws(WireFault) {
            return try content.get()
        } catch {
            throw .malformed(.truncatedField)
        }
    }

    private mutating func writeLength(_ count: Int) {
        var rest = count
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
    }
}
