/// Everything that a tenant's schema holds, as lines of text in one fixed order, so that the same
/// content always gives the same bytes.
///
/// Lines begin with a letter: `H` names format and municipality, `V` a script that was run and its
/// digest, `T` a table with its columns, `R` is a row as JSON with its keys in PostgreSQL's order for
/// jsonb, `N` the number of rows of the table, `Q` where a sequence stands, `E` the number of all rows
/// and the SHA-256 of every byte before that line. Identity codes, tenant keys and the log's personal
/// fields are in it as the database has them: sealed and wrapped.
struct TenantContent {
    /// What a reading found.
    struct Summary: Sendable, Equatable {
        var rowCount = 0
        var rowsByTable: [String: Int] = [:]
        /// SHA-256 of the content up to its last line, lower-case hexadecimal.
        var digest = ""
    }

    /// Texts of values must not depend on who reads them, nor on where. A slow reader at the other end
    /// of the wire holds the transaction open, but not for ever. Whole tables are read, which in the order
    /// of an index would be a page a row.
    static let settings: [(name: String, value: String)] = [
        ("TimeZone", "UTC"), ("DateStyle", "ISO, YMD"), ("IntervalStyle", "iso_8601"),
        ("bytea_output", "hex"), ("idle_in_transaction_session_timeout", "300s"),
        ("enable_seqscan", "on"),
    ]

    let tenant: TenantSchema

    /// Bytes of the last rows up to which the next are fetched several at once.
    private static let severalBytesMax = 64 * 1024

    /// - Parameter emit: gets the content piece by piece: a row, or a few small ones.
    func read(
        _ transaction: Transaction, _ emit: ([UInt8]) async throws -> Void
    ) async throws -> Summary {
        var summary = Summary()
        var digest = try RunningDigest()
        let head = try await transaction.run([
            WorkStep(ProvisioningStatements.readHistory),
            WorkStep(TransferStatements.tables, [.text(tenant.code)]),
            WorkStep(TransferStatements.sequences, [.text(tenant.code)]),
        ])
        var lines = "H icds-tenant-content 1 \(tenant.code)\n"
        for record in try SchemaHistory(head[0]).records {
            lines += "V \(record.version) \(record.digest)\n"
        }
        for row in head[1].rows {
            let table: String = try row.value("table_name")
            let columns: [String] = try row.value("column_names")
            lines += "T \(table) \(columns.joined(separator: ","))\n"
            let open = [WorkStep(TransferStatements.openRows, [.text(tenant.code), .text(table)])]
            _ = try await transaction.run(open)
            var count = 0
            var fetch = TransferStatements.fetchRow
            while true {
                let fetched = try await transaction.run([WorkStep(fetch)])[0]
                for row in fetched.rows { lines += "R \(try row.value("line") as String)\n" }
                count += fetched.rowCount
                let bytes = Array(lines.utf8)
                lines = ""
                fetch =
                    bytes.count > Self.severalBytesMax
                    ? TransferStatements.fetchRow : TransferStatements.fetchRows
                try digest.update(bytes)
                try await emit(bytes)
                if fetched.rowCount == 0 { break }
            }
            _ = try await transaction.run([WorkStep(TransferStatements.closeRows)])
            lines += "N \(count)\n"
            summary.rowCount += count
            summary.rowsByTable[table] = count
        }
        for row in head[2].rows {
            let name: String = try row.value("sequence_name")
            let last: Int64 = try row.value("last_value")
            let isCalled: Bool = try row.value("is_called")
            lines += "Q \(name) \(last) \(isCalled ? "t" : "f")\n"
        }
        let bytes = Array(lines.utf8)
        try digest.update(bytes)
        try await emit(bytes)
        summary.digest = try digest.finish()
        try await emit(Array("E \(summary.rowCount) \(summary.digest)\n".utf8))
        return summary
    }
}
