internal import CPostgres

extension DatabaseError {
    /// The error that PostgreSQL reported, and whether it ends the connection. A result without
    /// a SQLSTATE was made by libpq itself: the connection is gone.
    static func reported(by result: OpaquePointer) -> (error: DatabaseError, isFatal: Bool) {
        func field(_ code: Character) -> String? {
            let number = Int32(code.asciiValue ?? 0)
            return PQresultErrorField(result, number).map { String(cString: $0) }
        }
        guard let sqlState = field("C") else {
            return (DatabaseError(.unavailable, "connection lost"), true)
        }
        // "V" is the severity, never translated.
        let severity = field("V") ?? ""
        // The text of data exceptions and constraint violations can quote values.
        let quotesData = sqlState.hasPrefix("22") || sqlState.hasPrefix("23")
        let place = field("W").flatMap(copyPlace(context:)).map { " in " + $0 } ?? ""
        let text = (quotesData ? "data refused" : (field("M") ?? "")) + place
        let kind = DatabaseError.Kind.of(sqlState: sqlState, constraint: field("n"))
        let error = DatabaseError(kind, text, sqlState: sqlState)
        return (error, severity == "FATAL" || severity == "PANIC")
    }

    /// Which line of a COPY an error is about, and which column, without the value that PostgreSQL
    /// quotes behind them: "COPY item, line 3, column amount: "many"".
    private static func copyPlace(context: String) -> String? {
        let words = /COPY [^,]*, \w+ ([0-9]+)(?:, \w+ (\w+))?/
        guard let found = context.prefixMatch(of: words) else { return nil }
        return "line \(found.1)" + (found.2.map { ", column \($0)" } ?? "")
    }

    /// A prepared statement that no longer fits the tables (a migration changed them), or one
    /// that is not there after all: the connection's statements cannot be trusted any more. And a
    /// server that takes no changes, where it took them when the connection was made: it may have become
    /// a standby, so that the next connection is to look for the primary.
    var spoilsConnection: Bool {
        switch sqlState {
        case "0A000", "26000", "42P05", "25006": true
        default: false
        }
    }
}
