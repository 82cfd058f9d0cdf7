/// One value as PostgreSQL sent it, in binary form.
public struct SQLCell {
    /// PostgreSQL's type (`pg_type.oid`).
    public let typeID: UInt32
    let bytes: UnsafeRawBufferPointer

    /// A big-endian integer that takes up the whole value.
    func integer<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        guard bytes.count == MemoryLayout<Number>.size else { return nil }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }
}

/// A Swift type that a column can be read as. The initializer gives nil when the column has
/// another type, so that a wrong pairing is an error and never a wrong value.
public protocol SQLDecodable {
    init?(_ cell: SQLCell)
}

/// Types by their `pg_type.oid`, which PostgreSQL never changes.
enum SQLTypeID {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let char: UInt32 = 18
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let unknown: UInt32 = 705
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let date: UInt32 = 1082
    static let timestamptz: UInt32 = 1184
    static let uuid: UInt32 = 2950
    static let jsonb: UInt32 = 3802
    static let xid8: UInt32 = 5069
    /// Types that a schema defines (enumerations here) start at this number.
    static let firstOfSchema: UInt32 = 16_384
}

extension String: SQLDecodable {
    /// From text, varchar, char, name, json, jsonb, enumerations, uuid (36 characters, lower
    /// case) and date (`yyyy-MM-dd`).
    public init?(_ cell: SQLCell) {
        switch cell.typeID {
        case SQLTypeID.text, SQLTypeID.varchar, SQLTypeID.bpchar, SQLTypeID.name, SQLTypeID.json,
            SQLTypeID.char, SQLTypeID.unknown, SQLTypeID.firstOfSchema...:
            self = String(decoding: cell.bytes, as: UTF8.self)
        case SQLTypeID.jsonb:
            // The first byte is the version of the format.
            guard cell.bytes.first == 1 else { return nil }
            self = String(decoding: cell.bytes.dropFirst(), as: UTF8.self)
        case SQLTypeID.uuid:
            guard cell.bytes.count == 16 else { return nil }
            self = UUIDText.text(cell.bytes)
        case SQLTypeID.date:
            guard let days = cell.integer(Int32.self) else { return nil }
            self = CivilDate(daysSincePostgresEpoch: Int(days)).text
        default: return nil
        }
    }
}

extension Int64: SQLDecodable {
    /// From bigint, integer, smallint, oid and xid8 (which must fit).
    public init?(_ cell: SQLCell) {
        let value: Int64? =
            switch cell.typeID {
            case SQLTypeID.int8: cell.integer(Int64.self)
            case SQLTypeID.int4: cell.integer(Int32.self).map(Int64.init)
            case SQLTypeID.int2: cell.integer(Int16.self).map(Int64.init)
            case SQLTypeID.oid: cell.integer(UInt32.self).map(Int64.init)
            case SQLTypeID.xid8: cell.integer(UInt64.self).flatMap(Int64.init(exactly:))
            default: nil
            }
        guard let value else { return nil }
        self = value
    }
}

extension Int: SQLDecodable {
    public init?(_ cell: SQLCell) {
        guard let value = Int64(cell) else { return nil }
        self.init(exactly: value)
    }
}

extension Int32: SQLDecodable {
    public init?(_ cell: SQLCell) {
        guard let value = Int64(cell) else { return nil }
        self.init(exactly: value)
    }
}

extension Double: SQLDecodable {
    /// From double precision and real.
    public init?(_ cell: SQLCell) {
        switch cell.typeID {
        case SQLTypeID.float8:
            guard let bits = cell.integer(UInt64.self) else { return nil }
            self = Double(bitPattern: bits)
        case SQLTypeID.float4:
            guard let bits = cell.integer(UInt32.self) else { return nil }
            self = Double(Float(bitPattern: bits))
        default: return nil
        }
    }
}

extension Bool: SQLDecodable {
    public init?(_ cell: SQLCell) {
        guard cell.typeID == SQLTypeID.bool, let byte = cell.bytes.first else { return nil }
        self = byte != 0
    }
}

extension SQLTimestamp: SQLDecodable {
    /// From timestamptz. The infinities of PostgreSQL give nil.
    public init?(_ cell: SQLCell) {
        guard cell.typeID == SQLTypeID.timestamptz, let value = cell.integer(Int64.self) else {
            return nil
        }
        let (sum, overflow) = value.addingReportingOverflow(Self.postgresEpochMicroseconds)
        guard !overflow, value != .min else { return nil }
        self.init(microsecondsSinceEpoch: sum)
    }
}
