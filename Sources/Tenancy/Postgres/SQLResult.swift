internal import CPostgres
internal import Glibc
internal import Synchronization

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
///
/// Reading is inlined into the modules that read, so that it is specialized for each type there.
public struct SQLRow: Sendable {
    let storage: ResultStorage
    let index: Int

    /// The value of a column that is never NULL. Throws `.unexpectedResult` for an unknown
    /// column, another type, or NULL. Reading columns in the statement's order is cheapest: each
    /// is looked for where the last read left off.
    @inlinable
    public func value<Value: SQLDecodable>(
        _ column: StaticString, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value {
        try value(at: position(of: column))
    }

    /// The value of a column that may be NULL.
    @inlinable
    public func optional<Value: SQLDecodable>(
        _ column: StaticString, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value? {
        try optional(at: position(of: column))
    }

    /// The same for a name that is made while running.
    @_disfavoredOverload
    public func value<Value: SQLDecodable>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value {
        try value(at: storage.columnIndex(of: column))
    }

    @_disfavoredOverload
    public func optional<Value: SQLDecodable>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value? {
        try optional(at: storage.columnIndex(of: column))
    }

    /// The same by position, from 0.
    @inlinable
    public func value<Value: SQLDecodable>(
        at column: Int, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value {
        guard let value: Value = try optional(at: column) else { throw isNull(column) }
        return value
    }

    @inlinable
    public func optional<Value: SQLDecodable>(
        at column: Int, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value? {
        guard let cell = try cell(at: column) else { return nil }
        // The cell's bytes live as long as the result.
        let value = withExtendedLifetime(self) { Value(cell) }
        guard let value else { throw mismatch(column, cell, "\(Value.self)") }
        return value
    }

    /// Where the column with exactly this name is.
    @usableFromInline
    func position(of column: StaticString) throws(DatabaseError) -> Int {
        try storage.columnIndex(of: column)
    }

    /// Nil where the value is NULL.
    @usableFromInline
    func cell(at column: Int) throws(DatabaseError) -> SQLCell? {
        guard column >= 0, column < storage.columnCount else {
            throw DatabaseError(.unexpectedResult, "no column \(column)")
        }
        return storage.cell(row: index, column: column)
    }

    @usableFromInline
    func isNull(_ column: Int) -> DatabaseError {
        DatabaseError(.unexpectedResult, "column \(storage.columnName(at: column)) is NULL")
    }

    @usableFromInline
    func mismatch(_ column: Int, _ cell: SQLCell, _ wanted: String) -> DatabaseError {
        DatabaseError(
            .unexpectedResult,
            "column \(storage.columnName(at: column)) has type \(cell.typeID), "
                + "not one that \(wanted) can hold")
    }
}

/// Owns one `PGresult`.
///
/// `@unchecked Sendable` is safe because the reactor's thread makes it of a result that libpq has let go
/// of, nothing changes a `PGresult` after that, the functions that are called here only read it and keep
/// nothing anywhere else, the guess at the next column is atomic, and the last owner frees it, once. A
/// peer decides at most on the bytes of values: rows and columns are checked against the result's own
/// numbers, and lengths are those that libpq has read.
final class ResultStorage: @unchecked Sendable {
    private let result: OpaquePointer
    let rowCount: Int
    let columnCount: Int
    /// Where the next read will probably be; a wrong guess costs comparisons and nothing else.
    private let nextColumn = Atomic(0)

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

    func columnIndex(of name: StaticString) throws(DatabaseError) -> Int {
        let wanted = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        if let found = columnIndex(of: wanted) { return found }
        throw DatabaseError(.unexpectedResult, "no column \(name)")
    }

    func columnIndex(of name: String) throws(DatabaseError) -> Int {
        if let found = name.withCString({ columnIndex(of: $0) }) { return found }
        throw DatabaseError(.unexpectedResult, "no column \(name)")
    }

    /// The position of the column with exactly this name. Rows are mostly read in the order of their
    /// columns, so that the first comparison mostly finds it.
    private func columnIndex(of wanted: UnsafePointer<CChar>) -> Int? {
        var column = nextColumn.load(ordering: .relaxed)
        for _ in 0..<columnCount {
            if column >= columnCount { column = 0 }
            if let candidate = PQfname(result, Int32(column)), strcmp(candidate, wanted) == 0 {
                nextColumn.store(column + 1, ordering: .relaxed)
                return column
            }
            column += 1
        }
        return nil
    }

    /// The cell, unless it is NULL. Its bytes live as long as this object.
    func cell(row: Int, column: Int) -> SQLCell? {
        let (row, column) = (Int32(row), Int32(column))
        guard row < rowCount, PQgetisnull(result, row, column) == 0 else { return nil }
        let length = Int(PQgetlength(result, row, column))
        let start = UnsafeRawPointer(PQgetvalue(result, row, column))
        return SQLCell(
            typeID: PQftype(result, column),
            bytes: UnsafeRawBufferPointer(start: start, count: length))
    }
}
