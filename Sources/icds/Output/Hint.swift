import Wire

/// What to do about an error, where the reason alone tells.
enum Hint {
    static func text(_ status: RPCStatus) -> String? {
        if let hint = byReason[status.reason] { return hint }
        switch status.code {
        case .deadlineExceeded:
            return "give it longer with --timeout; what was asked may have been done"
        case .unimplemented:
            return "`icds describe` lists the methods that the daemon answers"
        case .internal:
            return "the message names an incident; the daemon's log has the rest"
        default:
            return nil
        }
    }

    private static let byReason = [
        "CONNECTION_LOST": "it may have been done all the same: look before trying again",
        "NOT_PROCESSED": "nothing was done: try again",
        "ETAG_MISMATCH": "it has changed since you read it: read it again and repeat the change",
        "NOT_PROVISIONED": "provision it first: icds organisations provision CODE",
        "TENANT_BEING_MIGRATED": "`icds tenants status` shows how far it is",
        "TENANT_NOT_SUSPENDED": "icds organisations suspend CODE",
        "REPLACED_SCHEMA_THERE": "icds tenants discard-replaced CODE, once it is not needed",
        "EXPORT_STALE": "export it again: icds tenants end CODE --export FILE does both",
        "TENANT_BUSY": "try again when less is going on; --lock-timeout waits longer",
        "ORGANISATION_NOT_FOUND":
            "`icds organisations list` shows what there is; `icds register load` loads the register",
        "IDENTITY_CODE_IN_USE": "`icds clients find` shows the client that has it",
        "NO_PARTICIPATION":
            "the municipality invites the county to an assessment, and the county accepts",
        "LAST_OPERATOR": "register another operator's system before this one goes",
    ]
}
