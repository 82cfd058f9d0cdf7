/// Makes a tenant's schema from its content, line by line, inside one transaction.
///
/// The schema is made by the program's own scripts, up to the version that the content names; the
/// content brings the rows. What does not fit is refused, and the transaction with it.
struct ContentLoader {
    /// Rows that are loaded at once, and about how many bytes of them.
    private static let batchRowsMax = 100
    private static let batchBytesMax = 4 << 20

    let tenant: TenantSchema
    let scripts: [SchemaScript]
    let transaction: Transaction

    private var history: [SchemaHistory.Record] = []
    private var hasHead = false
    /// What the scripts have made, in the order in which it is loaded.
    private var expected: [(name: String, columns: [String])]?
    private var current: String?
    private var batch: [String] = []
    private var batchBytes = 0
    private var tableRows = 0
    private(set) var rowCount = 0
    private(set) var rowsByTable: [String: Int] = [:]
    /// What the last line says; nil before it.
    private(set) var digest: String?

    var version: Int { history.last?.version ?? 0 }

    init(_ tenant: TenantSchema, _ scripts: [SchemaScript], _ transaction: Transaction) {
        self.tenant = tenant
        self.scripts = scripts
        self.transaction = transaction
    }

    mutating func load(_ line: ContentLine) async throws {
        guard digest == nil else { throw ExportFileError.contradictory("it goes on past its end") }
        guard hasHead || line.isHead else { throw ExportFileError.notAnExport }
        switch line {
        case .head(let code):
            guard !hasHead else { throw ExportFileError.contradictory("it has two heads") }
            guard code == tenant.code else { throw ExportFileError.otherMunicipality }
            hasHead = true
        case .script(let record):
            guard expected == nil else {
                throw ExportFileError.contradictory("a script comes after a table")
            }
            history.append(record)
        case .table(let name, let columns):
            if expected == nil { try await makeSchema() }
            guard current == nil, let next = expected?.first, next.name == name,
                next.columns == columns
            else { throw ExportFileError.contradictory("tables are not those of its version") }
            expected?.removeFirst()
            current = name
        case .row(let row):
            guard let current else { throw ExportFileError.contradictory("a row of no table") }
            batch.append(row)
            batchBytes += row.utf8.count
            if batch.count >= Self.batchRowsMax || batchBytes >= Self.batchBytesMax {
                try await flush(current)
            }
        case .rowCount(let count):
            guard let current else { throw ExportFileError.contradictory("a count of no table") }
            try await flush(current)
            guard tableRows == count else {
                throw ExportFileError.contradictory("\(current) has another number of rows")
            }
            rowsByTable[current] = count
            rowCount += count
            tableRows = 0
            self.current = nil
        case .sequence(let name, let lastValue, let isCalled):
            guard current == nil, expected?.isEmpty == true else {
                throw ExportFileError.contradictory("a sequence comes before a table")
            }
            _ = try await transaction.run(
                TransferStatements.setSequence,
                [.text(tenant.code), .text(name), .int(lastValue), .bool(isCalled)])
        case .end(let count, let digest):
            guard current == nil, expected?.isEmpty == true, count == rowCount else {
                throw ExportFileError.contradictory("it ends with rows or tables missing")
            }
            self.digest = digest
        }
    }

    /// Runs the scripts that the content names; they must be the program's own, byte for byte.
    private mutating func makeSchema() async throws {
        do {
            _ = try SchemaHistory(history).missing(of: scripts)
        } catch {
            throw ExportFileError.otherScripts
        }
        guard !history.isEmpty else { throw ExportFileError.otherScripts }
        for script in scripts where script.version <= version {
            _ = try await transaction.run(script.statements.map { WorkStep($0) })
        }
        let code = SQLValue.text(tenant.code)
        let results = try await transaction.run([
            WorkStep(TransferStatements.setTriggers, [code, .bool(false)]),
            WorkStep(TransferStatements.empty, [code]),
            WorkStep(TransferStatements.tables, [code]),
        ])
        expected = try results[2].rows.map {
            (try $0.value("table_name"), try $0.value("column_names"))
        }
    }

    private mutating func flush(_ table: String) async throws {
        guard !batch.isEmpty else { return }
        let result = try await transaction.run(
            TransferStatements.loadRows,
            [
                .text(tenant.code), .text(table),
                .json("[" + batch.joined(separator: ",") + "]"),
            ])
        tableRows += try result.only().value("loaded") as Int
        batch = []
        batchBytes = 0
    }
}

extension ContentLine {
    fileprivate var isHead: Bool { if case .head = self { true } else { false } }
}
