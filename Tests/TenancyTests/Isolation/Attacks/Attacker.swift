import Testing

@testable import Tenancy

/// Somebody who can run SQL of their own: a login of a daemon, without a role or in one of those that it
/// can take. The owner's role is left out: it may do anything with what it owns.
struct Attacker: Sendable, CustomStringConvertible {
    let login: String
    let role: String?
    let database: Database

    var description: String { role.map { "\(login) as \($0)" } ?? login }
    /// Whose rights count for its statements.
    var effectiveRole: String { role ?? login }

    static let logins = [
        "icds_api", "icds_sharing", "icds_operator", "icds_sealer", "icds_migrator",
    ]

    /// Each login, in each role that the catalogue lets it take; of tenants' roles those of one.
    static func all(_ fixture: TenancyFixture, around tenant: TenantSchema) async throws
        -> [Attacker]
    {
        let databases = [
            "icds_api": fixture.api, "icds_sharing": fixture.sharing,
            "icds_operator": fixture.operator, "icds_sealer": fixture.sealer,
            "icds_migrator": fixture.migrator,
        ]
        var attackers: [Attacker] = []
        for login in logins {
            let database = try #require(databases[login])
            // The migrator's one role is the owner's.
            let roles =
                try login == "icds_migrator"
                ? []
                : fixture.rows(
                    """
                    SELECT rolname FROM pg_roles
                    WHERE pg_has_role('\(login)', oid, 'MEMBER') AND rolname <> '\(login)'
                        AND (rolname !~ '^m[0-9]'
                            OR rolname IN ('\(tenant.role)', '\(tenant.sharingRole)'))
                    ORDER BY 1
                    """
                ).compactMap { $0[0] }
            for role in [nil] + roles.map(Optional.some) {
                attackers.append(Attacker(login: login, role: role, database: database))
            }
        }
        return attackers
    }

    /// The kind of error that a statement gives, or nil where it is carried out.
    func attempt(_ sql: String, in tenant: TenantSchema? = nil) async throws -> DatabaseError.Kind?
    {
        try await database.attempt(sql, as: role, in: tenant)
    }

    /// What it reads, in a transaction of its own.
    func read(_ sql: String, in tenant: TenantSchema? = nil) async throws -> SQLResult {
        try await database.run([.sql(sql)], in: Scope(role: role, schema: tenant))[0]
    }
}
