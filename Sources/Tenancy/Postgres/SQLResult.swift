internal import CPostgres
internal import Glibc

/// What one statement gave: rows with typed columns, or the number of rows it changed.
///
/// Values stay where libpq put them until they are asked for. Safe to pass between tasks.
public struct SQLResult: Sendable {
    private let storage: ResultStorage

    init(_ storage: ResultStorage) { self.storage = storage }

    public var rowCount: Int { storage.rowCount }
    public var isEmpty: Bool { rowCount == 0 }
    public var columnNames: [String] { (0..<storage.columnCount).map(storage.columnName(at:)) }

    /// Rows inserted, updated, deleted or selected, by PostgreSQL's command tag.
    public var affectedRowCount: Int { storage.affectedRowCount }

    public var rows: some RandomAccessCollection<SQLRow> & Sendable {
        RowCollection(storage: storage)
    }

    /// The first row, or nil.
    public var first: SQLRow? { isEmpty ? nil : SQLRow(storage: storage, index: 0) }

    /// The only row. Throws `.unexpectedResult` when there is none or more than one.
    public func only() throws(DatabaseError) -> SQLRow {
        guard rowCount == 1 else {
            throw DatabaseError(.unexpectedResult, "expected one row, got \(rowCount)")
        }
        return SQLRow(storage: storage, index: 0)
    }
}

private struct RowCollection: RandomAccessCollection, Sendable {
    let storage: ResultStorage
    var startIndex: Int { 0 }
    var endIndex: Int { storage.rowCount }
    subscript(position: Int) -> SQLRow { SQLRow(storage: storage, index: position) }
}

/// One row of a result.
public struct SQLRow: Sendable {
    let storage: ResultStorage
    let index: Int

    /// The value of a column that is never NULL. Throws `.unexpectedResult` for an unknown
    /// column, another type, or NULL.
    public func value<Value: SQLDecodable>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value {
        try value(at: storage.columnIndex(of: column))
    }

    /// The value of a column that may be NULL.
    public func optional<Value: SQLDecodable>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value? {
        try optional(at: storage.columnIndex(of: column))
    }

    /// The same by position, from 0.
    public func value<Value: SQLDecodable>(
        at column: Int, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value {
        guard let value: Value = try optional(at: column) else {
            throw DatabaseError(
                .unexpectedResult, "column \(storage.columnName(at: column)) is NULL")
        }
        return value
    }

    public func optional<Value: SQLDecodable>(
        at column: Int, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value? {
        guard column >= 0, column < storage.columnCount else {
            throw DatabaseError(.unexpectedResult, "no column \(column)")
        }
        return try storage.withCell(row: index, column: column) { cell throws(DatabaseError) in
            guard let value = Value(cell) else {
                throw DatabaseError(
                    .unexpectedResult,
                    "column \(storage.columnName(at: column)) has type \(cell.typeID), "
                        + "not one that \(Value.self) can hold")
            }
            return value
        }
    }
}

/// Owns one `PGresult`.
///
/// `@unchecked Sendable` is safe because a finished result is never changed again, libpq's
/// functions that read one are thread-safe, and it is freed exactly once, by the last owner.
final class ResultStorage: @unchecked Sendable {
    private let result: OpaquePointer
    let rowCount: Int
    let columnCount: Int

    init(owning result: OpaquePointer) {
        self.result = result
        self.rowCount = Int(PQntuples(result))
        self.columnCount = Int(PQnfields(result))
    }

    deinit { PQclear(result) }

    var affectedRowCount: Int {
        guard let text = PQcmdTuples(result) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// PostgreSQL answers COMMIT with ROLLBACK when the transaction had failed before.
    var isRollback: Bool {
        guard columnCount == 0, let tag = PQcmdStatus(result) else { return false }
        // "R", "O": no other command's tag begins so.
        return tag[0] == 0x52 && tag[1] == 0x4F
    }

    func columnName(at column: Int) -> String {
        PQfname(result, Int32(column)).map { String(cString: $0) } ?? "\(column)"
    }

    /// The position of the column with exactly this name.
    func columnIndex(of name: String) throws(DatabaseError) -> Int {
        let found = name.withCString { wanted in
            (0..<columnCount).first { column in
                guard let candidate = PQfname(result, Int32(column)) else { return false }
                return strcmp(candidate, wanted) == 0
            }
        }
        if let found { return found }
        throw DatabaseError(.unexpectedResult, "no column \(name)")
    }

    /// Calls `body` unless the value is NULL. The cell's bytes live as long as the call.
    func withCell<Value>(
        row: Int, column: Int, _ body: (SQLCell) throws(DatabaseError) -> Value
    ) throws(DatabaseError) -> Value? {
        guard row < rowCount, PQgetisnull(result, Int32(row), Int32(column)) == 0 else {
            return nil
        }
        let length = Int(PQgetlength(result, Int32(row), Int32(column)))
        let start = UnsafeRawPointer(PQgetvalue(result, Int32(row), Int32(column)))
        let bytes = UnsafeRawBufferPointer(start: start, count: length)
        return try body(SQLCell(typeID: PQftype(result, Int32(column)), bytes: bytes))
    }
}
