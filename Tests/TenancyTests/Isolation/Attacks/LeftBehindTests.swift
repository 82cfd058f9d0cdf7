import Logging
import TestSupport
import Testing

@testable import Tenancy

/// What one unit of work could leave on a connection for the next, which may be another tenant's. The pool
/// has one connection here, so that the next is certain to get it.
@Suite struct LeftBehindTests {
    private func onOneConnection() async throws -> (
        Database, TenancyFixture, TenantSchema, CaseSetup
    ) {
        let fixture = try await TenancyFixture.get()
        let own = try await fixture.activeTenant()
        let other = try await CaseSetup.make(
            fixture, in: try await fixture.activeTenant(), accepted: false)
        let database = try Database(
            configuration: DatabaseConfiguration(
                connectionString: try TenancyFixture.cluster.connectionString(
                    user: "icds_api", database: fixture.name),
                connectionCountMax: 1, limits: .standard),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try database.start()
        return (database, fixture, own, other)
    }

    private func backend(_ database: Database, _ tenant: TenantSchema) async throws -> Int {
        try await database.run(
            [.sql("SELECT pg_backend_pid() AS pid")], in: Scope(role: tenant.role))[0]
            .only().value("pid")
    }

    /// A role, a path or a county that was set for the session counts for nothing: each work says its
    /// own role first, and every name is qualified.
    @Test(arguments: ["SET ROLE {other}", "SET search_path = {other}", "SET icds.county = '06'"])
    func aSettingOfTheSessionDoesNotReachTheNextWork(sql: String) async throws {
        let (database, _, own, other) = try await onOneConnection()
        let backend = try await backend(database, own)
        _ = try await database.run(
            [.sql(sql.replacing("{other}", with: other.tenant.name))],
            in: Scope(role: own.role))
        #expect(try await self.backend(database, own) == backend)
        let name: String = try await database.run(
            [.sql("SELECT current_user::text AS name")], in: Scope(role: own.role))[0]
            .only().value("name")
        #expect(name == own.role)
        #expect(
            try await database.attempt(
                "SELECT * FROM {schema}.client", as: own.role, in: other.tenant)
                == .insufficientPrivilege)
        await database.shutdown()
    }

    /// A statement prepared in one tenant's role is checked again each time it runs.
    @Test func aPreparedStatementHasNoRightsOfItsOwn() async throws {
        let (database, _, own, other) = try await onOneConnection()
        _ = try await database.run(
            [
                .sql("PREPARE evil AS SELECT family_name FROM \(other.tenant.name).client"),
                .sql("EXECUTE evil"),
            ],
            in: Scope(role: other.tenant.role))
        #expect(
            try await database.attempt("EXECUTE evil", as: own.role) == .insufficientPrivilege)
        #expect(try await database.attempt("EXECUTE evil", as: other.tenant.role) == nil)
        await database.shutdown()
    }

    /// What holds against mistakes and not against SQL of an attacker's own in the session: a statement
    /// that we prepared can be exchanged there, for whoever uses the connection next. The threat model
    /// says so.
    @Test func aStatementOfOursCanBeExchangedOnItsConnection() async throws {
        let (database, _, own, other) = try await onOneConnection()
        let statement = Statement(name: "test.number", trusted: "SELECT 1 AS n", prepared: true)
        func number() async throws -> Int {
            try await database.run([WorkStep(statement)], in: Scope(role: other.tenant.role))[0]
                .only().value("n")
        }
        #expect(try await number() == 1)
        let name: String = try await database.run(
            [.sql("SELECT name FROM pg_prepared_statements WHERE name ~ '^test.number'")],
            in: Scope(role: own.role))[0].only().value("name")
        _ = try await database.run(
            [
                .sql("DEALLOCATE \"\(name)\""),
                .sql("PREPARE \"\(name)\" AS SELECT 2 AS n"),
            ], in: Scope(role: own.role))
        #expect(try await number() == 2)
        await database.shutdown()
    }

    /// What a session keeps of statements is their texts, which are constants: no value of the work before.
    @Test func theTextsOfPreparedStatementsHoldNoValues() async throws {
        let (database, fixture, own, other) = try await onOneConnection()
        let keys = AuditKeyring(
            database: database, reader: .tenant,
            keys: TenantKeyring(
                database: database, reader: .tenant, masterKeys: fixture.masterKeys))
        try await TenantStore(database: database, auditKeys: keys)
            .record(other.entry(subject: .client(other.clientID)), in: other.tenant)
        let texts = try await database.run(
            [.sql("SELECT statement FROM pg_prepared_statements")], in: Scope(role: own.role))[0]
        #expect(!texts.isEmpty)
        for row in texts.rows {
            let text: String = try row.value("statement")
            for value in [other.clientID, "user-1", "casework", "Syy"] {
                #expect(!text.contains(value))
            }
        }
        await database.shutdown()
    }

    /// A cursor of a transaction ends with it. One that was declared to outlast it holds rows that were
    /// read with the rights of then: it remains readable on that connection, to SQL of an attacker's
    /// own alone, since no statement of ours fetches from a cursor of that name.
    @Test func onlyACursorThatWasMadeToOutlastsItsTransaction() async throws {
        let (database, _, own, other) = try await onOneConnection()
        let scope = Scope(role: other.tenant.role)
        let query = "CURSOR {hold} FOR SELECT family_name FROM \(other.tenant.name).client"
        try await database.transaction(in: scope) { transaction in
            for (name, hold) in [("plain", ""), ("held", "WITH HOLD")] {
                let declaration = "DECLARE \(name) " + query.replacing("{hold}", with: hold)
                _ = try await transaction.run([.sql(declaration)])
            }
        }
        #expect(
            try await database.attempt("FETCH plain", as: own.role) == .statement(sqlState: "34000")
        )
        #expect(try await database.attempt("FETCH held", as: own.role) == nil)
        await database.shutdown()
    }
}
