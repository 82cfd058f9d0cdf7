import Contract
import Tenancy
import Wire

extension CategorySource {
    /// - Parameter row: group, kind, name, user and time.
    init(_ row: SQLRow) throws {
        self.init()
        category = DataCategory(rawValue: try row.value("category"))
        kind = SourceKind(rawValue: try row.value("kind"))
        sourceName = try row.value("source_name")
        recordedBy = try row.value("recorded_by")
        recordTime = try Timestamp(row.value("record_time", as: SQLTimestamp.self))
    }
}
