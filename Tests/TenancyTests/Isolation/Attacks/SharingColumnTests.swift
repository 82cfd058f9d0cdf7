import Testing

@testable import Tenancy

/// Every column there is, asked of the catalogue: the sharing login reads those of the shareable views, of
/// the lookup without personal data, of the wrapped key, and of the registry, and no other.
@Suite struct SharingColumnTests {
    static let groups: [String: Set<String>] = [
        "shareable_client": [
            "client_id", "status", "non_disclosure_order", "identity_code_ciphertext", "birth_date",
            "given_names", "family_name", "telephone", "email", "street_address", "postal_code",
            "city", "citizenships", "residence_titles", "service_language", "background", "health",
        ],
        "shareable_participation": [
            "participation_id", "assessment_id", "client_id", "county_code", "case_reference",
            "invite_time", "accept_time",
        ],
        "shareable_assessment": [
            "assessment_id", "client_id", "status", "trigger", "content", "version", "start_time",
            "recorded_by",
        ],
        "shareable_source": [
            "client_id", "category", "kind", "source_name", "recorded_by", "record_time",
        ],
        "sharing_lookup": [
            "participation_id", "case_reference", "identity_code_index",
            "identity_code_index_even", "client_id",
            "assessment_id", "county_code", "client_status", "assessment_status", "start_time",
            "invite_time", "accept_time", "end_time", "is_ended_by_municipality",
        ],
        "tenant_key": ["generation", "state", "master_key_id", "wrapped_key", "create_time"],
        "audit_key": ["month", "generation", "wrapped_key", "create_time"],
    ]

    private func columns(
        _ fixture: TenancyFixture, of roles: [String], right: String, where condition: String
    ) throws -> Set<String> {
        let names = roles.map { "'\($0)'" }.joined(separator: ", ")
        let rows = try fixture.rows(
            """
            SELECT DISTINCT n.nspname || '.' || c.relname || '.' || a.attname
            FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
                JOIN pg_namespace AS n ON n.oid = c.relnamespace,
                unnest(ARRAY[\(names)]) AS r (name)
            WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND NOT a.attisdropped
                AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
                AND \(condition)
                AND has_schema_privilege(r.name, n.oid, 'USAGE')
                AND has_column_privilege(r.name, c.oid, a.attnum, '\(right)')
            """)
        return Set(rows.compactMap { $0[0] })
    }

    @Test func theSharingRoleReadsTheseColumnsOnly() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let expected = Self.groups.flatMap { view, columns in
            columns.map { "\(tenant.name).\(view).\($0)" }
        }
        let readable = try columns(
            fixture, of: [tenant.sharingRole], right: "SELECT", where: "a.attnum > 0")
        #expect(readable == Set(expected))
        // System columns of a table would tell which rows there are.
        let system = try columns(
            fixture, of: [tenant.sharingRole], right: "SELECT", where: "a.attnum < 0")
        #expect(
            system.allSatisfy {
                $0.hasPrefix("\(tenant.name).tenant_key.")
                    || $0.hasPrefix("\(tenant.name).audit_key.")
            })
    }

    @Test func theSharingRoleWritesNothingButTheKeyOfAMonth() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let written = [
            "INSERT": ["generation", "wrapped_key"].map { "\(tenant.name).audit_key.\($0)" },
            "UPDATE": [], "REFERENCES": [],
        ]
        for (right, expected) in written {
            #expect(
                try columns(fixture, of: [tenant.sharingRole], right: right, where: "true")
                    == Set(expected), "\(right)")
        }
    }

    /// The same over all roles that the login can take, in every tenant: nothing but the above and the
    /// registry, which holds no personal data.
    @Test func theSharingLoginReadsNoOtherColumnInAnyRole() async throws {
        let fixture = try await TenancyFixture.get()
        _ = try await fixture.activeTenant()
        let roles = try fixture.rows(
            "SELECT rolname FROM pg_roles WHERE pg_has_role('icds_sharing', oid, 'MEMBER')"
        ).compactMap { $0[0] }
        let readable = try columns(
            fixture, of: roles, right: "SELECT", where: "a.attnum > 0 AND n.nspname <> 'registry'")
        let known = Set(Self.groups.flatMap { view, columns in columns.map { "\(view).\($0)" } })
        let others = readable.filter { column in
            let parts = column.split(separator: ".", maxSplits: 1)
            return parts.first?.first != "m" || !known.contains(String(parts.last ?? ""))
        }
        #expect(others.isEmpty)
    }
}
