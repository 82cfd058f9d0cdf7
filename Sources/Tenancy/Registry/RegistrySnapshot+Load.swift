/// Statements that read the registry for a snapshot, all in one transaction. They read whole tables of
/// some hundred rows, and the certificates in use.
enum SnapshotStatements {
    static let version = Statement(
        "snapshot.version",
        #"""
        SELECT c.value AS version,
            ((now() AT TIME ZONE 'Europe/Helsinki')::date)::text AS today
        FROM registry.change_counter AS c
        """#)

    static let schemaHistory = Statement(
        "snapshot.schema-history",
        #"""
        SELECT version::bigint AS version, script_digest
        FROM registry.schema_version
        ORDER BY version
        """#)

    static let organisations = Statement(
        "snapshot.organisations",
        #"""
        SELECT o.kind, o.code, o.name_fi, o.name_sv, o.name_en, o.status, o.valid_from, o.valid_to,
            o.schema_version, o.in_use_time, o.successor_code, m.area_code AS county_code
        FROM registry.organisation AS o
        LEFT JOIN registry.membership AS m
            ON o.kind = 'municipality' AND m.municipality_code = o.code
            AND m.area_kind = 'county'
            AND (now() AT TIME ZONE 'Europe/Helsinki')::date
                BETWEEN m.valid_from AND coalesce(m.valid_to, 'infinity')
        """#)

    static let counties = Statement(
        "snapshot.counties",
        #"""
        SELECT municipality_code, area_code, valid_from, valid_to
        FROM registry.membership WHERE area_kind = 'county'
        """#)

    static let certificates = Statement(
        "snapshot.certificates",
        #"""
        SELECT fingerprint, uri, organisation_kind, organisation_code, system_name, serial,
            not_before, not_after, status, register_time, revoke_time, revoke_reason
        FROM registry.system_certificate
        WHERE status = 'active' AND not_after > now()
        """#)

    static let sharingRules = Statement(
        "snapshot.sharing-rules",
        #"""
        SELECT rule, valid_from, valid_to, legal_basis, statute_version, recipient_kind, purpose,
            conditions, categories
        FROM registry.sharing_rule
        ORDER BY rule, valid_from
        """#)
}

extension RegistrySnapshot {
    static let scope = Scope(role: "icds_registry_reader")

    /// What tells whether a snapshot is current.
    struct Mark: Sendable, Equatable {
        let version: Int64
        let today: String
    }

    static func readMark(from database: Database) async throws -> Mark {
        let results = try await database.run(
            [WorkStep(SnapshotStatements.version)], in: scope, options: WorkOptions(readOnly: true))
        let row = try results[0].only()
        return Mark(version: try row.value("version"), today: try row.value("today"))
    }

    var mark: Mark { Mark(version: version, today: today) }

    /// Reads the whole registry in one snapshot of the database.
    ///
    /// - Parameter database: connections of `icds_api` or `icds_sharing`.
    public static func read(
        from database: Database, servedVersions: ClosedRange<Int> = TenantVersions.served
    ) async throws -> RegistrySnapshot {
        let statements = [
            SnapshotStatements.version, SnapshotStatements.schemaHistory,
            SnapshotStatements.organisations, SnapshotStatements.counties,
            SnapshotStatements.certificates, SnapshotStatements.sharingRules,
            QuotaStatements.all,
        ]
        let results = try await database.run(
            statements.map { WorkStep($0) }, in: scope,
            options: WorkOptions(isolation: .repeatableRead, readOnly: true))
        let mark = try results[0].only()
        var organisations: [OrganisationKey: RegisteredOrganisation] = [:]
        for row in results[2].rows {
            let organisation = try RegisteredOrganisation(row)
            organisations[organisation.key] = organisation
        }
        var counties: [String: [CountyMembership]] = [:]
        for row in results[3].rows {
            let membership = CountyMembership(
                countyCode: try row.value("area_code"), validFrom: try row.value("valid_from"),
                validTo: try row.optional("valid_to"))
            counties[try row.value("municipality_code"), default: []].append(membership)
        }
        var certificates: [[UInt8]: SystemCertificate] = [:]
        for row in results[4].rows {
            let certificate = try SystemCertificate(row)
            certificates[certificate.fingerprint] = certificate
        }
        var quotas: [String: TenantQuota] = [:]
        for row in results[6].rows {
            quotas[try row.value("organisation_code")] = TenantQuota(
                worksUnderWayMax: try row.value("works_under_way_max"),
                worksWaitingMax: try row.value("works_waiting_max"))
        }
        return RegistrySnapshot(
            version: try mark.value("version"), today: try mark.value("today"),
            schemaHistory: try SchemaHistory(results[1]), organisations: organisations,
            certificates: certificates,
            sharingRules: try results[5].rows.map { try SharingRule($0) },
            quotas: quotas, counties: counties, servedVersions: servedVersions)
    }
}
