import CPostgres
import Glibc
import Rehearsal

/// A superuser's connection to one server, past the daemon and past the project's own database layer:
/// what is checked is not asked to say so itself. It blocks its thread.
final class AdminConnection {
    private let connection: OpaquePointer?

    /// - Throws: `ProcessFailure` where the server does not answer within a few seconds.
    init(_ server: PostgresServer, database: String = PostgresServer.database) throws {
        connection = PQconnectdb(
            "host=\(server.socketFolder) port=\(server.port) user=postgres dbname=\(database) "
                + "connect_timeout=5 options='-c statement_timeout=60s'")
        icds_ignore_notices(connection)
        guard PQstatus(connection) == CONNECTION_OK else {
            throw ProcessFailure("\(server.name): \(String(cString: PQerrorMessage(connection)))")
        }
    }

    deinit { PQfinish(connection) }

    /// Unqualified names are looked for in this schema.
    func use(schema: String) throws {
        try rows("SELECT set_config('search_path', $1, false)", [schema])
    }

    /// The rows of one statement, as text.
    @discardableResult
    func rows(_ statement: StaticString, _ parameters: [String] = []) throws -> [[String?]] {
        let values = parameters.map { strdup($0) }
        defer { for value in values { free(value) } }
        let pointers = values.map { UnsafePointer($0) }
        let result = PQexecParams(
            connection, "\(statement)", Int32(values.count), nil, pointers, nil, nil, 0)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else {
            throw ProcessFailure(String(cString: PQerrorMessage(connection)))
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1
                    ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }

    /// The first column of the only row.
    func value(_ statement: StaticString, _ parameters: [String] = []) throws -> String {
        guard let value = try rows(statement, parameters).first?.first, let value else {
            throw ProcessFailure("no value for \(statement)")
        }
        return value
    }
}
