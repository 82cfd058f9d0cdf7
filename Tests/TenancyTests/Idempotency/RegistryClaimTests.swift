import TestSupport
import Testing

@testable import Tenancy

/// The operator's changes: one effect and one answer for a key.
@Suite struct RegistryClaimTests {
    private static let method = "icds.v1.RegistryService/SuspendOrganisation"

    private func keyed(
        _ key: String, request: String = "request", method: String = method, actor: String = "keha"
    ) throws -> KeyedAnswer<String> {
        let claim = try RegistryClaim(
            key: key, actor: OrganisationKey(kind: .operator, code: actor), method: method,
            request: Array(request.utf8))
        return KeyedAnswer(claim) { Array($0.utf8) }
    }

    /// Suspends a municipality that is active; the answer says whether it was this call that did.
    private func suspend(
        _ tenant: TenantSchema, _ keyed: KeyedAnswer<String>?, _ registry: Registry,
        options: WorkOptions = WorkOptions()
    ) async throws -> ChangeOutcome<String> {
        try await registry.change(once: keyed, options: options) { changes in
            try await changes.suspend(tenant.key) ? "changed" : "unchanged"
        }
    }

    private func changes(of tenant: TenantSchema, _ fixture: TenancyFixture) throws -> Int {
        try fixture.rows(
            """
            SELECT FROM registry.change_log
            WHERE table_name = 'organisation' AND new_row ->> 'code' = '\(tenant.code)'
            """
        ).count
    }

    @Test func aSecondCallGetsTheFirstAnswerAndChangesNothing() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let key = try keyed(tenant.code)
        #expect(try await suspend(tenant, key, fixture.registry).text == "changed")
        let logged = try changes(of: tenant, fixture)
        // Meanwhile somebody lets it in again: a repetition does not shut it out.
        try await fixture.registry.activate(tenant.key)
        let second = try await suspend(tenant, key, fixture.registry)
        #expect(second.isRepeated && second.text == "changed")
        #expect(try changes(of: tenant, fixture) == logged + 1, "the activation alone")
        #expect(try await fixture.registry.organisation(tenant.key)?.status == .active)
    }

    @Test func anotherRequestOrMethodWithTheKeyIsRefused() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        _ = try await suspend(tenant, try keyed(tenant.code), fixture.registry)
        let logged = try changes(of: tenant, fixture)
        for other in [
            try keyed(tenant.code, request: "other"), try keyed(tenant.code, method: "a/b"),
        ] {
            await #expect(throws: IsolationError.idempotencyKeyReused) {
                _ = try await suspend(tenant, other, fixture.registry)
            }
        }
        #expect(try changes(of: tenant, fixture) == logged)
        let others = try keyed(tenant.code, actor: "other")
        #expect(try await suspend(tenant, others, fixture.registry).text == "unchanged")
    }

    @Test func severalAtOnceHaveOneEffect() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let key = try keyed(tenant.code)
        let outcomes = try await withThrowingTaskGroup(of: ChangeOutcome<String>.self) { group in
            for _ in 0..<4 {
                group.addTask { try await suspend(tenant, key, fixture.registry) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { !$0.isRepeated }.count == 1)
        #expect(outcomes.allSatisfy { $0.text == "changed" })
    }

    @Test func whatWasRefusedLeavesTheKeyFree() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.provisionedTenant()
        let key = try keyed(tenant.code)
        let missing = OrganisationKey(kind: .county, code: "77")
        await #expect(throws: RegistryError.organisationNotFound) {
            _ = try await fixture.registry.change(once: key) { changes in
                try await changes.suspend(missing) ? "changed" : "unchanged"
            }
        }
        #expect(try await !suspend(tenant, key, fixture.registry).isRepeated)
    }

    /// The connection is cut when the commit is kept and its answer is not there yet.
    @Test func anOutcomeThatIsNotKnownIsFoundOutByAskingAgain() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let proxy = try SocketProxy(to: TenancyFixture.cluster)
        defer { proxy.close() }
        let database = try DatabaseFixture.connect(
            proxy.connectionString(user: "icds_operator", database: fixture.name),
            connectionCountMax: 1)
        let behind = Registry(database: database)
        _ = try await behind.organisation(tenant.key)
        let key = try keyed(tenant.code)
        // One pipeline, so that nothing but the commit's answer is what is lost.
        let steps = [
            key.claim.claimStep,
            WorkStep(
                OrganisationStatements.setStatus,
                [.text("municipality"), .text(tenant.code), .text("suspended")]),
            key.claim.keepStep(answer: Array("changed".utf8)),
        ]
        let work = KeyedWork(database: database, scope: behind.scope, options: WorkOptions())
        proxy.holdAnswers()
        let call = Task {
            try await work.once(key.claim, repeating: { _ in [] }) {
                _ = try await database.run(steps, in: work.scope, options: work.options)
                return "changed"
            }
        }
        try await eventually("the effect is kept") { try self.isSuspended(tenant, fixture) }
        let logged = try changes(of: tenant, fixture)
        proxy.cut()
        proxy.releaseAnswers()
        #expect(try await call.value.isRepeated, "the daemon found out by itself")
        // And so does a caller who asks again.
        let asked = try await suspend(tenant, key, fixture.registry)
        #expect(asked.isRepeated && asked.text == "changed")
        #expect(try changes(of: tenant, fixture) == logged)
        await database.shutdown()
    }

    private func isSuspended(_ tenant: TenantSchema, _ fixture: TenancyFixture) throws -> Bool {
        try fixture.rows(
            """
            SELECT status FROM registry.organisation
            WHERE kind = 'municipality' AND code = '\(tenant.code)'
            """) == [["suspended"]]
    }

    @Test func anExpiredKeyIsFreeAgain() async throws {
        // A database of its own: the purge is of the whole registry.
        let fixture = try await TenancyFixture.make()
        let key = OrganisationKey(kind: .county, code: "06")
        func call() async throws -> ChangeOutcome<String> {
            try await fixture.registry.change(once: try keyed("k1")) { changes in
                try await changes.activate(key) ? "changed" : "unchanged"
            }
        }
        _ = try await call()
        let purge = RegistryKeyPurge(migrator: fixture.migrator)
        #expect(try await purge.run() == 0)
        try fixture.rows("UPDATE registry.idempotency SET at = at - interval '8 days'")
        #expect(try await purge.run() == 1)
        #expect(try await !call().isRepeated)
    }

    @Test(arguments: ["", "a b", "ä", String(repeating: "k", count: 65)])
    func whatCannotBeAKeyIsRefused(text: String) {
        #expect(throws: IsolationError.invalidIdempotencyKey) { try keyed(text) }
    }

    /// The operator's role takes keys and removes none; nobody else sees them.
    @Test func onlyTheOperatorsRoleReadsThemAndNobodyRemovesThem() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        for attacker in try await Attacker.all(fixture, around: tenant) {
            let read = try await attacker.attempt("SELECT * FROM registry.idempotency")
            #expect((read == nil) == (attacker.role == "icds_registry_writer"), "\(attacker)")
            for sql in [
                "DELETE FROM registry.idempotency", "TRUNCATE registry.idempotency",
                "UPDATE registry.idempotency SET at = now()",
                "UPDATE registry.idempotency SET request_digest = key_digest",
            ] {
                #expect(
                    try await attacker.attempt(sql) == .insufficientPrivilege,
                    "\(attacker): \(sql)")
            }
        }
    }
}
