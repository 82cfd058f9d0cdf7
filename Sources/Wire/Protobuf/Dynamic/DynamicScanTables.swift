/// The scanner's tables of all messages of a descriptor set.
///
/// Owns them: they are freed with this object, so whoever scans keeps it alive meanwhile.
///
/// `@unchecked Sendable` is safe because neither the tables nor the index are written after `init`. They
/// are made of a descriptor set that was judged before; a peer's messages are read by them and change none.
final class DynamicScanTables: @unchecked Sendable {
    private let tables: [String: UnsafeMutablePointer<ScanTable>]

    init(_ messages: [String: DynamicMessageType]) {
        // All tables are there before the first is filled, because messages lead to one another.
        tables = messages.mapValues { _ in
            let table = UnsafeMutablePointer<ScanTable>.allocate(capacity: 1)
            table.initialize(
                to: ScanTable(
                    fields: .init(start: nil, count: 0), direct: .init(start: nil, count: 0)))
            return table
        }
        for (name, message) in messages { fill(name, message) }
    }

    deinit {
        for table in tables.values {
            table.pointee.fields.deallocate()
            table.pointee.direct.deallocate()
            table.deallocate()
        }
    }

    func table(of message: String) -> UnsafePointer<ScanTable>? {
        tables[message].map { UnsafePointer($0) }
    }

    private func fill(_ name: String, _ message: DynamicMessageType) {
        let fields = UnsafeMutableBufferPointer<ScanField>.allocate(capacity: message.fields.count)
        let direct = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: ScanTable.directNumbers)
        direct.initialize(repeating: 0)
        for (index, field) in message.fields.enumerated() {
            var nested: UnsafePointer<ScanTable>?
            if case .message(let type) = field.kind { nested = table(of: type) }
            fields.initializeElement(
                at: index,
                to: ScanField(
                    number: UInt32(clamping: field.number), kind: field.scanKind,
                    isRepeated: field.isRepeated, oneof: field.oneof.map { UInt32($0 + 1) } ?? 0,
                    message: nested))
            if field.number < ScanTable.directNumbers, index < 255 {
                direct[field.number] = UInt8(index + 1)
            }
        }
        tables[name]?.pointee = ScanTable(fields: fields, direct: direct)
    }
}
