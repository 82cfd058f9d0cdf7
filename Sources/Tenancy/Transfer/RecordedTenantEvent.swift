/// Something that was done with a whole tenant, as the registry keeps it for good. Each row's digest
/// covers the row before; `registry.chain_tenant_event` says how.
public struct RecordedTenantEvent: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case exported, restored, discarded, erased, merged, rewrapped, rotated, destroyed
    }

    public let number: Int64
    public let time: SQLTimestamp
    public let municipalityCode: String
    public let kind: Kind
    /// The URI of the operator's system.
    public let actor: String
    public let reason: String
    /// SHA-256 of the content that it was done with; nil where there was none.
    public let contentDigest: String?
    /// Codes, counts and digests as JSON.
    public let details: String
    public let previousDigest: String
    public let digest: String

    init(_ row: SQLRow) throws(DatabaseError) {
        number = try row.value("seq")
        time = try row.value("at")
        municipalityCode = try row.value("municipality_code")
        kind = try row.enumeration("kind")
        actor = try row.value("actor")
        reason = try row.value("reason")
        contentDigest = try row.optional("content_digest")
        details = try row.value("details")
        previousDigest = try row.value("previous_digest")
        digest = try row.value("digest")
    }
}

/// Who has something done with a whole tenant, and why.
public struct TenantOrder: Sendable {
    /// The operator's system, and its call.
    public let caller: RegistryCaller
    /// At most 500 characters; may be empty.
    public let reason: String

    public init(for caller: RegistryCaller, reason: String = "") {
        self.caller = caller
        self.reason = reason
    }

    func event(
        _ kind: RecordedTenantEvent.Kind, _ tenant: TenantSchema, contentDigest: String?,
        details: String
    ) -> WorkStep {
        WorkStep(
            TransferStatements.addEvent,
            [
                .text(tenant.code), .text(kind.rawValue), .text(caller.uri), .text(reason),
                .text(contentDigest), .text(details),
            ])
    }
}

extension TenantContent.Summary {
    /// For an event: names of tables and numbers.
    var details: String {
        let tables = rowsByTable.sorted { $0.key < $1.key }
            .map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
        return "{\"rows\": \(rowCount), \"tables\": {\(tables)}}"
    }
}

/// Why work on a whole tenant was refused.
public enum TenantWorkError: Error, Sendable, Equatable {
    /// The municipality has no schema.
    case noSchema
    /// Its systems are let in: it has to be suspended first.
    case notSuspended
    /// A schema that an earlier restore replaced is still there.
    case replacedSchemaThere
    /// No restore has left a schema behind.
    case nothingReplaced
    /// The content is not what was exported any more.
    case exportIsStale
    /// A municipality's schema does not have the program's version: it has to be migrated first.
    case notCurrent
    /// A municipality cannot be merged into itself.
    case sameTenant
}

extension Registry {
    /// What was done with whole tenants, oldest first, after a number, at most `countMax`.
    public func tenantEvents(
        after number: Int64, countMax: Int, options: WorkOptions = WorkOptions()
    ) async throws -> [RecordedTenantEvent] {
        let step = WorkStep(
            Self.listTenantEvents, [.int(number), .int(Int64(countMax))])
        let results = try await database.run([step], in: scope, options: options)
        return try results[0].rows.map { try RecordedTenantEvent($0) }
    }

    /// By the primary key.
    private static let listTenantEvents = Statement(
        "registry.list-tenant-events",
        #"""
        SELECT seq, at, municipality_code, kind, actor, reason, content_digest,
            details::text AS details, previous_digest, digest
        FROM registry.tenant_event
        WHERE seq > $1::bigint
        ORDER BY seq
        LIMIT $2::integer
        """#)
}
