import TestSupport
import Testing

@testable import Tenancy

/// What else depends on a tenant's key while it is rotated: kept answers, months of the log, exports,
/// mergers.
@Suite struct RotationNeighbourTests {
    private func claim(_ setup: RotationSetup, _ keys: TenantKeys) throws -> IdempotencyClaim {
        try IdempotencyClaim(
            key: "k1", actor: setup.tenant.key, method: "m", request: Array("request".utf8),
            tenantKeys: keys)
    }

    private func record(
        _ setup: RotationSetup, _ claim: IdempotencyClaim
    ) async throws -> ChangeOutcome<String> {
        let entry = AuditEntry(
            actor: AuditActor(
                kind: .municipality, code: setup.tenant.code, system: "casework", userID: "u"),
            method: "m", outcome: .permitted, purpose: 1, callReference: "c")
        func insert(_ transaction: Transaction) async throws -> Audited<String> {
            let id = try SecureRandom.uuid()
            _ = try await transaction.run([.sql(IdempotencyFixture.insert, [.uuid(id)])])
            return Audited(id, entry)
        }
        return try await setup.fixture.tenants.change(
            in: setup.tenant, once: claim, answer: { Array($0.utf8) }, repeated: { _ in entry },
            insert)
    }

    @Test func aKeptAnswerOutlivesTheRotationAndThenItsGenerationGoes() async throws {
        let setup = try await RotationSetup.make(clientCount: 1)
        let before = try await setup.fixture.keys(setup.tenant)
        let first = try await record(setup, try claim(setup, before))
        #expect(!first.isRepeated)
        try await setup.order()
        let round = try await setup.keeper().round()
        #expect(round.finished == [setup.tenant.code] && round.destroyedCount == 0)
        #expect(try setup.generations() == ["1 retired", "2 current"])
        let after = try await setup.fixture.keys(setup.tenant)
        let again = try await record(setup, try claim(setup, after))
        #expect(again.isRepeated && again.text == first.text)
        // A daemon that has not heard of the new one takes part as well, as long as there is the old one.
        #expect(try await record(setup, try claim(setup, before)).text == first.text)
        let status = try #require(try await setup.keeper().status().first)
        #expect(status.generations.map(\.answerCount) == [1, 0])
        #expect(try await setup.keeper().round(destroying: true).destroyedCount == 0)
        try setup.fixture.rows("DELETE FROM {schema}.idempotency", in: setup.tenant)
        #expect(try await setup.keeper().round(destroying: true).destroyedCount == 1)
        #expect(try setup.generations() == ["2 current"])
        // Now its claims are refused, and made anew with the keys as they are.
        await #expect {
            _ = try await record(setup, try claim(setup, before))
        } throws: { TenantKeyring.isOutdated($0) }
        #expect(try await !record(setup, try claim(setup, after)).isRepeated)
    }

    @Test func aGenerationThatWrapsAMonthsKeyCannotGo() async throws {
        let setup = try await RotationSetup.make(clientCount: 1)
        #expect(throws: (any Error).self) {
            try setup.fixture.rows("DELETE FROM {schema}.tenant_key", in: setup.tenant)
        }
        try await setup.order()
        _ = try await setup.keeper().round()
        // A daemon with keys out of date makes the key of a new month.
        try setup.fixture.rows("DELETE FROM {schema}.audit_key", in: setup.tenant)
        let keyring = AuditKeyring(
            database: setup.fixture.api, reader: .tenant,
            keys: TenantKeyring(
                database: setup.fixture.api, reader: .tenant, masterKeys: setup.fixture.masterKeys))
        _ = try await keyring.current(setup.tenant)
        #expect(
            try setup.fixture.rows("SELECT generation FROM {schema}.audit_key", in: setup.tenant)
                == [["2"]])
    }

    /// Exported between two batches, restored, and finished: nothing is lost, and the numbers of
    /// generations do not come again.
    @Test func anExportInTheMiddleRoundTripsAndTheRotationGoesOn() async throws {
        let setup = try await RotationSetup.make(clientCount: 10)
        try await setup.order()
        await #expect(throws: CancellationError.self) {
            try await setup.keeper(interruptingAfter: 2).round()
        }
        #expect(try setup.columns().count == 2)
        let transfer = TransferSetup(fixture: setup.fixture, tenant: setup.tenant, cases: [])
        let file = try await transfer.export()
        _ = try await setup.keeper().round()
        #expect(try setup.generations() == ["2 current"])
        try await transfer.suspend()
        try await transfer.restore(file.bytes)
        #expect(try await transfer.export().content == file.content)
        try await setup.fixture.registry.activate(setup.tenant.key)
        #expect(try setup.generations() == ["1 current", "2 incoming"])
        try await setup.expectAllFound()
        #expect(try await setup.order() == .ordered)
        #expect(try await setup.keeper().round().finished == [setup.tenant.code])
        #expect(try setup.generations() == ["2 current"])
        try await setup.expectAllFound()
    }

    @Test func afterARestoreTheNextGenerationHasANumberThatWasNeverThere() async throws {
        let setup = try await RotationSetup.make(clientCount: 2)
        let transfer = TransferSetup(fixture: setup.fixture, tenant: setup.tenant, cases: [])
        let file = try await transfer.export()
        try await setup.order()
        _ = try await setup.keeper().round()
        try await transfer.suspend()
        try await transfer.restore(file.bytes)
        try await setup.fixture.registry.activate(setup.tenant.key)
        #expect(try setup.generations() == ["1 current"])
        try await setup.order()
        _ = try await setup.keeper().round()
        #expect(try setup.generations() == ["4 current"])
        try await setup.expectAllFound()
    }

    /// The receiving municipality's key is just being rotated: what comes gets both indexes.
    @Test func aMergerInTheMiddleOfARotationWritesBothIndexes() async throws {
        let setup = try await RotationSetup.make(clientCount: 6)
        let from = try await setup.fixture.activeTenant()
        let twin = try await CaseSetup.make(
            setup.fixture, in: from, identityCode: setup.clients[0].code, accepted: false)
        let alone = try await CaseSetup.make(
            setup.fixture, in: from, identityCode: ServiceExamples.identityCode(), accepted: false)
        try await setup.order()
        await #expect(throws: CancellationError.self) {
            try await setup.keeper(interruptingAfter: 1).round()
        }
        try await setup.fixture.registry.suspend(from.key)
        let report = try await TenantMerger(
            migrator: setup.fixture.migrator, masterKeys: setup.fixture.masterKeys
        ).merge(
            from, into: setup.tenant, lastDay: "2024-12-31", order: TransferSetup.order,
            actor: AuditActor(kind: .operator, code: "keha", system: "console", userID: nil),
            isDryRun: false
        ).made()
        #expect(
            report.duplicates == [.init(movedID: twin.clientID, keptID: setup.clients[0].id)])
        #expect(
            try setup.fixture.rows(
                """
                SELECT identity_code_index IS NOT NULL, identity_code_index_even IS NOT NULL
                FROM {schema}.client WHERE client_id = '\(alone.clientID)'
                """, in: setup.tenant) == [["t", "t"]])
        _ = try await setup.keeper().round()
        try await setup.expectAllFound()
        let keys = try await setup.fixture.keys(setup.tenant)
        #expect(try await setup.find(alone.identityCode, keys)?.id == alone.clientID)
    }
}
