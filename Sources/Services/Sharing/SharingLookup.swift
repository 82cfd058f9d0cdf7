import Contract
import Tenancy
import Wire

/// How the municipality's records are searched for what a county named, and what the log is told of
/// it. The same statement runs whether or not there is such a client.
struct SharingLookup: Sendable {
    let step: WorkStep
    let auditSubject: AuditSubject

    init(_ query: SharingQuery, keys: TenantKeys) throws {
        switch query.subject {
        case .identityCode(let code):
            let index = try keys.index(identityCode: code)
            step = WorkStep(
                index.generation.isMultiple(of: 2)
                    ? SharingStatements.partByIdentityCodeEven
                    : SharingStatements.partByIdentityCode, [.bytes(index.bytes)])
            auditSubject = .identityCode(index: index)
        case .caseReference(let reference):
            step = WorkStep(SharingStatements.partByCaseReference, [.text(reference)])
            auditSubject = .caseReference(reference)
        case nil:
            throw RPCStatus(
                .invalidArgument, "INVALID_FIELD", "A case reference or an identity code is needed."
            )
        }
    }
}

/// The county's part in an assessment, as one snapshot has it.
struct SharingPart: Sendable {
    let clientID: String
    let assessmentID: String
    let facts: ParticipationFacts

    /// - Parameter row: the columns of `SharingStatements.partByCaseReference`.
    init(_ row: SQLRow) throws {
        clientID = try row.value("client_id")
        assessmentID = try row.value("assessment_id")
        let endTime: SQLTimestamp? = try row.optional("end_time")
        let acceptTime: SQLTimestamp? = try row.optional("accept_time")
        let assessment = AssessmentStatus(rawValue: try row.value("assessment_status"))
        let client = ClientStatus(rawValue: try row.value("client_status"))
        facts = ParticipationFacts(
            countyCode: try row.value("county_code"), isAccepted: acceptTime != nil,
            isEndedByMunicipality: try row.value("is_ended_by_municipality"),
            isAssessmentOpen: assessment == .open && endTime == nil,
            isClientActive: client == .active,
            // Unknown only where nothing is released anyway; the stricter answer then.
            hasNonDisclosureOrder: try row.optional("non_disclosure_order") ?? true)
    }
}
