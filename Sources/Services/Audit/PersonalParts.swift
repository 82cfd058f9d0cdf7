import Contract
import Logging
import Tenancy

/// Opens what rows of the log say of people, with the keys of their months as they are at this moment:
/// one that was destroyed since opens nothing.
struct PersonalParts {
    private let keys: [AuditMonth: AuditKey]
    /// Months whose keys are gone though their time is not over.
    private let missing: Set<AuditMonth>

    /// Reads the keys that these rows need.
    static func read(
        _ rows: some Sequence<SQLRow>, of tenant: TenantSchema, _ environment: ServiceEnvironment
    ) async throws -> PersonalParts {
        var months: Set<AuditMonth> = []
        for row in rows {
            let sealed: [UInt8]? = try row.optional("personal")
            if let month = sealed.flatMap({ AuditKey.month(of: $0) }) { months.insert(month) }
        }
        let keys = try await environment.auditKeys.keys(of: months, for: tenant)
        let today = try environment.today()
        let missing = months.filter { month in
            keys[month] == nil
                && !month.isOver(
                    forYears: environment.auditRetentionYears, year: today.year, month: today.month)
        }
        if let first = missing.min(by: { $0.number < $1.number }) {
            environment.logger.critical(
                "ALARM: keys of a log's months are gone before their time",
                metadata: [
                    "tenant": "\(tenant.code)", "first": "\(first)", "months": "\(missing.count)",
                ])
        }
        return PersonalParts(keys: keys, missing: missing)
    }

    /// Whether the row's personal part can be read, the user and the reason.
    func part(of row: SQLRow) throws -> (PersonalPart, userID: String, statedReason: String) {
        guard let sealed: [UInt8] = try row.optional("personal") else { return (.present, "", "") }
        guard let month = AuditKey.month(of: sealed) else { return (.damaged, "", "") }
        guard let key = keys[month] else {
            return (missing.contains(month) ? .damaged : .erased, "", "")
        }
        let binding = AuditBinding(
            actorKind: try row.value("actor_kind"), actorCode: try row.value("actor_code"),
            method: try row.value("method"), callReference: try row.value("call_reference"))
        guard let personal = try key.openIfIntact(sealed, boundTo: binding) else {
            return (.damaged, "", "")
        }
        return (.present, personal.userID ?? "", personal.statedReason ?? "")
    }
}
