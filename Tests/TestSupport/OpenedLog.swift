import Services
package import Tenancy

extension AuditKeyring {
    /// What the rows of a tenant's log say of people, opened, in the order in which they were numbered;
    /// nil where a row says nothing, or its month's key is gone.
    package func opened(
        _ tenant: TenantSchema, through database: Database
    ) async throws -> [AuditPersonal?] {
        let read = Statement(
            name: "test.personal",
            trusted: """
                SELECT actor_kind, actor_code, method, call_reference, personal
                FROM {schema}.audit ORDER BY seq
                """, prepared: false)
        let rows = try await database.run(
            [WorkStep(read)], in: Scope(role: tenant.role, schema: tenant))[0].rows
        var opened: [AuditPersonal?] = []
        for row in rows {
            guard let sealed: [UInt8] = try row.optional("personal"),
                let month = AuditKey.month(of: sealed),
                let key = try await keys(of: [month], for: tenant)[month]
            else {
                opened.append(nil)
                continue
            }
            let binding = AuditBinding(
                actorKind: try row.value("actor_kind"), actorCode: try row.value("actor_code"),
                method: try row.value("method"), callReference: try row.value("call_reference"))
            opened.append(try key.open(sealed, boundTo: binding))
        }
        return opened
    }
}

extension ServiceFixture {
    /// As `AuditKeyring.opened`, of a municipality.
    package func openedLog(of code: String) async throws -> [AuditPersonal?] {
        guard let tenant = TenantSchema(municipalityCode: code) else { return [] }
        let keys = TenantKeyring(
            database: databases.api, reader: .tenant, masterKeys: masterKeys)
        return try await AuditKeyring(database: databases.api, reader: .tenant, keys: keys)
            .opened(tenant, through: databases.api)
    }
}
