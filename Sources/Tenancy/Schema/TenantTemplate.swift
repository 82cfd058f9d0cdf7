/// The schema of a municipality, version by version. Run as `icds_owner`, which owns all of it.
///
/// `{schema}` is the schema's name and at the same time that of the tenant's role. There is no
/// foreign key out of the schema, and nothing in it names another tenant.
enum TenantTemplate {
    static let scripts = [
        SchemaScript(
            version: 1,
            statements: TenantRoles.statements + TenantTables.statements + TenantAudit.statements
                + TenantViews.statements + TenantFunctions.statements + TenantGrants.statements)
    ]

    static var latestVersion: Int { scripts.map(\.version).max() ?? 0 }
}
