/// How a municipality stands: on its way to the system's use, and its schema on its way to the
/// program's version.
public struct TenantState: Sendable, Equatable {
    /// What the version of a schema means to this program.
    public enum Schema: Sendable, Equatable {
        /// There is none.
        case none
        /// The program's own version.
        case current
        /// The version before, which is served.
        case previous
        /// Older than what is served.
        case behind
        /// A later program's.
        case ahead
        /// Made by another script than the program's.
        case foreign
    }

    public let organisation: RegisteredOrganisation
    public let schema: Schema
    /// SHA-256 of the version's script as the schema records it; nil where there is no schema.
    public let scriptDigest: String?
    /// When the schema came to its version.
    public let migrateTime: SQLTimestamp?
    /// Why the last attempt failed, as `MigrationFailure` says it; nil where it succeeded.
    public let failure: String?
    public let failureTime: SQLTimestamp?
    /// From which day municipalities must have the system in use, "YYYY-MM-DD".
    public let mandatoryFrom: String?
    /// Days from today until then; negative once it is past.
    public let daysLeft: Int?

    static func schema(
        version: Int, digest: String?, of scripts: [SchemaScript]
    ) -> Schema {
        guard version > 0 else { return .none }
        let latest = scripts.latestVersion
        if version > latest { return .ahead }
        guard digest == scripts.first(where: { $0.version == version })?.digest else {
            return .foreign
        }
        if version == latest { return .current }
        return TenantVersions.served(of: scripts).contains(version) ? .previous : .behind
    }
}

extension TenantState {
    init(_ row: SQLRow, scripts: [SchemaScript]) throws(DatabaseError) {
        organisation = try RegisteredOrganisation(row)
        scriptDigest = try row.optional("script_digest")
        schema = Self.schema(
            version: organisation.schemaVersion, digest: scriptDigest, of: scripts)
        migrateTime = try row.optional("migrate_time")
        failure = try row.optional("failure")
        failureTime = try row.optional("failure_time")
        mandatoryFrom = try row.optional("mandatory_from")
        daysLeft = try row.optional("days_left")
    }
}

/// By the primary keys of the organisation and of its state.
enum TenantStateStatements {
    /// One page of municipalities, all or those that must have the system in use and do not: they exist
    /// today or will, and are not in use.
    static let list = Statement(
        "registry.list-tenant-states",
        #"""
        SELECT o.kind, o.code, o.name_fi, o.name_sv, o.name_en, o.status, o.valid_from, o.valid_to,
            o.schema_version, o.in_use_time, o.successor_code,
            (SELECT m.area_code FROM registry.membership AS m
                WHERE m.municipality_code = o.code AND m.area_kind = 'county'
                    AND d.today BETWEEN m.valid_from AND coalesce(m.valid_to, 'infinity'))
                AS county_code,
            t.script_digest, t.migrate_time, t.failure, t.failure_time,
            u.mandatory_from, (u.mandatory_from - d.today)::bigint AS days_left
        FROM (SELECT (now() AT TIME ZONE 'Europe/Helsinki')::date AS today) AS d
        CROSS JOIN registry.organisation AS o
        LEFT JOIN registry.tenant_schema AS t ON t.municipality_code = o.code
        LEFT JOIN registry.mandatory_use AS u ON u.organisation_kind = o.kind
        WHERE o.kind = 'municipality'
            AND o.code > $1
            AND (NOT $2::boolean OR (
                o.in_use_time IS NULL AND o.status <> 'ended'
                AND coalesce(o.valid_to >= d.today, true)))
        ORDER BY o.code
        LIMIT $3::integer
        """#)
}

extension Registry {
    /// One page of municipalities by code.
    ///
    /// - Parameters:
    ///   - code: only codes after this one; empty for the first page.
    ///   - notInUse: only those that the obligation to use the system waits for.
    public func tenantStates(
        after code: String, notInUse: Bool, countMax: Int, options: WorkOptions = WorkOptions()
    ) async throws -> [TenantState] {
        let step = WorkStep(
            TenantStateStatements.list, [.text(code), .bool(notInUse), .int(Int64(countMax))])
        let results = try await database.run([step], in: scope, options: options)
        return try results[0].rows.map { try TenantState($0, scripts: SchemaScripts.tenant) }
    }
}
