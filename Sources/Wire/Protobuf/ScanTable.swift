import CContract
import Synchronization

/// What the scanner does with a value of a field.
enum ScanKind: UInt8 {
    case varint, fixed32, fixed64, string, bytes, message
}

/// One field as the scanner sees it.
struct ScanField {
    var number: UInt32
    var kind: ScanKind
    var isRepeated: Bool
    /// The oneof that the field belongs to, a number of its own within the message; 0: to none.
    var oneof: UInt32
    /// Table of the field's message; nil for other kinds.
    var message: UnsafePointer<ScanTable>?
}

/// The fields of one message, made once from protobuf-c's descriptor and never freed.
struct ScanTable {
    /// Field numbers below this are found by index; all of the contract's are.
    static let directNumbers = 64

    var fields: UnsafeMutableBufferPointer<ScanField>
    /// For each number below `directNumbers`, the index in `fields` plus one, or 0.
    var direct: UnsafeMutableBufferPointer<UInt8>

    /// The field of a number; nil for a number that the contract does not know.
    @inline(__always)
    func field(_ number: UInt32) -> UnsafeMutablePointer<ScanField>? {
        if number < UInt32(Self.directNumbers) {
            let index = direct[Int(number)]
            guard index > 0, let base = fields.baseAddress else { return nil }
            return base + Int(index - 1)
        }
        for index in fields.indices where fields[index].number == number {
            return fields.baseAddress.map { $0 + index }
        }
        return nil
    }
}

extension ScanTable {
    /// Where a field of this table stands in it.
    @inline(__always)
    func index(of field: UnsafeMutablePointer<ScanField>) -> Int {
        fields.baseAddress.map { field - $0 } ?? 0
    }
}

/// Makes tables, each once, by following the descriptors without recursion.
enum ScanTableRegistry {
    typealias Descriptor = UnsafePointer<ProtobufCMessageDescriptor>

    /// Addresses of descriptors → addresses of their tables. Both live as long as the process.
    private static let tables = Mutex<[UInt: UInt]>([:])

    static func table(for descriptor: Descriptor) -> UnsafePointer<ScanTable> {
        tables.withLock { known in
            Made(table: UnsafePointer(pointer(to: descriptor, &known)))
        }.table
    }

    /// Takes a table out of the lock.
    ///
    /// `@unchecked Sendable` is safe because a table and all that it leads to are filled before the lock is
    /// let go, and never written or freed after. It is made of compiled descriptors, of which a peer sends
    /// none.
    private struct Made: @unchecked Sendable {
        let table: UnsafePointer<ScanTable>
    }

    /// The table of a descriptor: a known one, or a new one with everything that it leads to.
    private static func pointer(
        to root: Descriptor, _ known: inout [UInt: UInt]
    ) -> UnsafeMutablePointer<ScanTable> {
        var pending: [(Descriptor, UnsafeMutablePointer<ScanTable>)] = []
        let result = reserve(root, &known, &pending)
        while let (descriptor, table) = pending.popLast() {
            fill(table, from: descriptor, &known, &pending)
        }
        return result
    }

    private static func reserve(
        _ descriptor: Descriptor, _ known: inout [UInt: UInt],
        _ pending: inout [(Descriptor, UnsafeMutablePointer<ScanTable>)]
    ) -> UnsafeMutablePointer<ScanTable> {
        let key = UInt(bitPattern: descriptor)
        if let address = known[key],
            let table = UnsafeMutablePointer<ScanTable>(bitPattern: address)
        {
            return table
        }
        let table = UnsafeMutablePointer<ScanTable>.allocate(capacity: 1)
        table.initialize(
            to: ScanTable(fields: .init(start: nil, count: 0), direct: .init(start: nil, count: 0)))
        known[key] = UInt(bitPattern: table)
        pending.append((descriptor, table))
        return table
    }

    private static func fill(
        _ table: UnsafeMutablePointer<ScanTable>, from descriptor: Descriptor,
        _ known: inout [UInt: UInt],
        _ pending: inout [(Descriptor, UnsafeMutablePointer<ScanTable>)]
    ) {
        let count = Int(descriptor.pointee.n_fields)
        let fields = UnsafeMutableBufferPointer<ScanField>.allocate(capacity: count)
        let direct = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: ScanTable.directNumbers)
        direct.initialize(repeating: 0)
        for index in 0..<count {
            let field = descriptor.pointee.fields[index]
            var message: UnsafePointer<ScanTable>?
            if field.type == PROTOBUF_C_TYPE_MESSAGE, let sub = field.descriptor {
                let nested = sub.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
                message = UnsafePointer(reserve(nested, &known, &pending))
            }
            fields.initializeElement(
                at: index,
                to: ScanField(
                    number: field.id, kind: kind(of: field.type),
                    isRepeated: field.label == PROTOBUF_C_LABEL_REPEATED, oneof: oneof(of: field),
                    message: message))
            if field.id < UInt32(ScanTable.directNumbers), index < 255 {
                direct[Int(field.id)] = UInt8(index + 1)
            }
        }
        table.pointee = ScanTable(fields: fields, direct: direct)
    }

    /// The place of the member that says which field of a oneof is set: one for each oneof, and
    /// never the first of the structure.
    private static func oneof(of field: ProtobufCFieldDescriptor) -> UInt32 {
        let isMember = field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0
        return isMember ? field.quantifier_offset : 0
    }

    private static func kind(of type: ProtobufCType) -> ScanKind {
        switch type {
        case PROTOBUF_C_TYPE_SFIXED32, PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_FLOAT: .fixed32
        case PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_DOUBLE: .fixed64
        case PROTOBUF_C_TYPE_STRING: .string
        case PROTOBUF_C_TYPE_BYTES: .bytes
        case PROTOBUF_C_TYPE_MESSAGE: .message
        default: .varint
        }
    }
}
