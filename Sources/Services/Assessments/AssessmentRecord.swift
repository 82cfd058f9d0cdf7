import Contract
import Tenancy
import Wire

extension Assessment {
    /// - Parameter row: the columns of `AssessmentStatements.get`.
    init(_ row: SQLRow) throws {
        self.init()
        assessmentID = try row.value("assessment_id")
        clientID = try row.value("client_id")
        status = AssessmentStatus(rawValue: try row.value("status"))
        trigger = AssessmentTrigger(rawValue: try row.value("trigger"))
        content = try StoredMessages.message(row.optional("content"))
        etag = Etag.text(try row.value("version"))
        startTime = try Timestamp(row.value("start_time", as: SQLTimestamp.self))
        completeTime = try row.moment("complete_time")
        recordedBy = try row.value("recorded_by")
    }
}

extension Participation {
    /// - Parameter row: the columns of `AssessmentStatements.participation`.
    init(_ row: SQLRow) throws {
        self.init()
        countyCode = try row.value("county_code")
        caseReference = try row.value("case_reference")
        inviteTime = try row.moment("invite_time")
        acceptTime = try row.moment("accept_time")
        endTime = try row.moment("end_time")
    }
}

extension SQLRow {
    /// A moment that may be absent.
    func moment(_ column: StaticString) throws -> Timestamp? {
        try optional(column, as: SQLTimestamp.self).map(Timestamp.init)
    }
}
