import Tenancy
import Wire

/// Refusals of assessments.
enum AssessmentRefusals {
    static let notFound = RPCStatus(
        .notFound, "ASSESSMENT_NOT_FOUND", "The municipality has no such assessment.")

    /// What the log says of a look at an assessment: permitted, or refused because there is none.
    static let foundOrRefused = AuditOutcome.permittedIfFound(otherwise: notFound.reason)

    static let alreadyOpen = RPCStatus(
        .failedPrecondition, "ASSESSMENT_OPEN",
        "The client has an assessment under way. Complete it before another is started.")

    static let notOpen = RPCStatus(
        .failedPrecondition, "ASSESSMENT_NOT_OPEN", "The assessment is completed.")

    static let noCounty = RPCStatus(
        .failedPrecondition, "NO_COUNTY",
        "The municipality lies in no wellbeing services county today.")

    static let alreadyInvited = RPCStatus(
        .alreadyExists, "ALREADY_INVITED", "The county is invited, and its part has not ended.")

    static let noParticipation = RPCStatus(
        .failedPrecondition, "NO_PARTICIPATION", "No county has a part that could be ended.")

    /// One and the same whatever the case: it says nothing of client, municipality or other counties.
    static let noSuchInvitation = RPCStatus(
        .permissionDenied, "NO_SUCH_INVITATION",
        "There is no invitation for your county by that reference.")

    /// Name of the unique index on assessments under way.
    static let openConstraint = "assessment_open_key"
    /// Name of the unique index on parts that have not ended.
    static let participationConstraint = "participation_open_key"
}
