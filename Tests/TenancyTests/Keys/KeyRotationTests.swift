import Synchronization
import TestSupport
import Testing

@testable import Tenancy

@Suite struct KeyRotationTests {
    private let outdated = DatabaseError.Kind.checkViolation(constraint: "tenant_key_generation")

    @Test func aRotationSealsIndexesAndWrapsEverythingAnew() async throws {
        let setup = try await RotationSetup.make()
        #expect(try await setup.order() == .ordered)
        #expect(try await setup.order() == .underWay)
        let round = try await setup.keeper().round()
        #expect(round.finished == [setup.tenant.code] && round.failed.isEmpty)
        #expect(try setup.generations() == ["2 current"] && round.destroyedCount == 1)
        #expect(try setup.columns() == [["2", "f", "t"]])
        #expect(try setup.state() == ["done", "25", "25", nil])
        #expect(try setup.events() == ["rotated", "destroyed"])
        #expect(
            try setup.fixture.rows(
                "SELECT generation FROM {schema}.audit_key", in: setup.tenant) == [["2"]])
        try await setup.expectAllFound()
        #expect(
            try await setup.fixture.personal(setup.tenant).allSatisfy { $0?.statedReason != nil })
        // And again, to the other column.
        #expect(try await setup.order() == .ordered)
        _ = try await setup.keeper().round()
        #expect(try setup.generations() == ["3 current"])
        #expect(try setup.columns() == [["3", "t", "f"]])
        try await setup.expectAllFound()
        // No change of a client: nobody who follows the feed is told.
        #expect(
            try setup.fixture.rows(
                "SELECT FROM {schema}.outbox WHERE kind = 2", in: setup.tenant
            ).isEmpty)
    }

    /// The daemon dies after each of the batches in turn; the next goes on, and in between all is found.
    @Test func whatWasInterruptedAnywhereGoesOn() async throws {
        let setup = try await RotationSetup.make(clientCount: 10)
        let daemon = TenantKeyring(
            database: setup.fixture.api, reader: .tenant, masterKeys: setup.fixture.masterKeys)
        try await setup.order()
        var interruptions = 0
        while try setup.state()?[0] != "done" {
            do {
                _ = try await setup.keeper(interruptingAfter: 1).round()
            } catch is CancellationError {
                interruptions += 1
            }
            try await setup.expectAllFound(daemon)
            try await setup.expectAllFound()
        }
        #expect(interruptions > 4)
        #expect(try setup.columns() == [["2", "f", "t"]])
        #expect(try setup.generations() == ["2 current"])
        #expect(try setup.events() == ["rotated", "destroyed"])
    }

    /// A daemon that has not heard of the new generation is refused whatever would be wrong, by the
    /// database; with its keys read anew it succeeds, and no code gets a second client.
    @Test func keysThatAreOutOfDateWriteAndFindNothingWrong() async throws {
        let setup = try await RotationSetup.make(clientCount: 6)
        let before = try await setup.fixture.keys(setup.tenant)
        let code = setup.clients[0].code
        try await setup.order()
        await #expect(throws: CancellationError.self) {
            try await setup.keeper(interruptingAfter: 1).round()
        }
        #expect(try setup.generations() == ["1 current", "2 incoming"])
        let during = try await setup.fixture.keys(setup.tenant)
        // Looking by the old index is right: it is the complete one.
        #expect(try await setup.find(code, before)?.id == setup.clients[0].id)
        await refused { try await setup.insert(ServiceExamples.identityCode(), before) }
        try await setup.insert(ServiceExamples.identityCode(), during)
        await inUse { try await setup.insert(code, during) }

        _ = try await setup.keeper().round()
        #expect(try setup.generations() == ["2 current"])
        for old in [before, during] {
            await refused { _ = try await setup.find(code, old) }
            await refused { try await setup.insert(ServiceExamples.identityCode(), old) }
        }
        await refused { try await setup.insert(code, before) }
        for keys in [during, try await setup.fixture.keys(setup.tenant)] {
            await inUse { try await setup.insert(code, keys) }
        }
        try await setup.expectAllFound()
    }

    private func refused(_ body: () async throws -> Void) async {
        await #expect { try await body() } throws: { ($0 as? DatabaseError)?.kind == outdated }
    }

    private func inUse(_ body: () async throws -> Void) async {
        await #expect {
            try await body()
        } throws: { error in
            guard case .uniqueViolation = (error as? DatabaseError)?.kind else { return false }
            return true
        }
    }

    @Test func onlyOneOfManyDaemonsWorksAtATime() async throws {
        let setup = try await RotationSetup.make(clientCount: 6)
        try await setup.order()
        let others = Mutex<[Bool]>([])
        let keeper = setup.keeper {
            let other = try await setup.keeper().round()
            others.withLock { $0.append(other.isLeader) }
        }
        _ = try await keeper.round()
        #expect(others.withLock { $0.count } > 2 && others.withLock { !$0.contains(true) })
        #expect(try setup.generations() == ["2 current"])
        // Nothing is ordered: nobody takes the lock.
        #expect(try await !setup.keeper().round().isLeader)
    }

    @Test func aCodeThatDoesNotOpenIsNamedAndNothingIsLost() async throws {
        let setup = try await RotationSetup.make(clientCount: 3)
        let (id, _) = setup.clients[1]
        let damaged = """
            SET session_replication_role = replica;
            UPDATE {schema}.client SET identity_code_ciphertext =
                set_byte(identity_code_ciphertext, 20,
                    get_byte(identity_code_ciphertext, 20) # 1)
            WHERE client_id = '\(id)'
            """
        try setup.fixture.rows(damaged, in: setup.tenant)
        try await setup.order()
        let round = try await setup.keeper().round()
        #expect(round.failed == [setup.tenant.code])
        let failure = try #require(try setup.state()?[3])
        #expect(failure.hasPrefix("CODE_DAMAGED: ") && failure.contains(id))
        // Left alone for a while, then tried again.
        #expect(try await setup.keeper().round() == KeyKeeper.Round())
        try setup.fixture.rows(damaged, in: setup.tenant)
        try setup.fixture.rows("UPDATE registry.key_rotation SET failure_time = '2020-01-01'")
        #expect(try await setup.keeper().round().finished == [setup.tenant.code])
        #expect(try setup.state()?[3] == nil)
        try await setup.expectAllFound()
    }

    @Test func ordersAreRefusedWithTheirReason() async throws {
        let setup = try await RotationSetup.make(clientCount: 0)
        let registered = try setup.fixture.registeredTenant()
        let unknown = try #require(TenantSchema(municipalityCode: "999"))
        let ended = try await setup.fixture.provisionedTenant()
        try setup.fixture.rows(
            "UPDATE registry.organisation SET status = 'ended' WHERE code = '\(ended.code)'")
        func order(_ kind: KeyRotationKind, _ tenants: [TenantSchema]?) async throws -> [String] {
            try await setup.fixture.registry.orderKeyRotation(
                kind, of: tenants, actor: "urn:icds:operator:test:admin"
            ).map { "\($0.code) \($0.outcome)" }
        }
        #expect(
            try await Set(order(.data, [registered, unknown, ended])) == [
                "\(registered.code) notProvisioned", "999 notFound", "\(ended.code) ended",
            ])
        #expect(try await order(.data, nil) == ["\(setup.tenant.code) ordered"])
        // What has not begun becomes the larger of the two.
        #expect(try await order(.master, [setup.tenant]) == ["\(setup.tenant.code) underWay"])
        #expect(
            try await order(.master, nil).sorted()
                == ["\(ended.code) ordered", "\(setup.tenant.code) underWay"].sorted())
        _ = try await setup.keeper().round()
        #expect(try setup.generations() == ["2 current"])
    }

    /// The keeper has seen an order for the master key when the operator orders a new key as well.
    @Test func anOrderThatBecomesALargerOneIsStillCarriedOut() async throws {
        let setup = try await RotationSetup.make(clientCount: 3)
        let busy = try await setup.fixture.activeTenant()
        let orders = try await setup.fixture.registry.orderKeyRotation(
            .data, of: [busy], actor: "urn:icds:operator:test:admin")
        #expect(orders.map(\.outcome) == [.ordered])
        _ = try await CaseSetup.make(
            setup.fixture, in: busy, identityCode: ServiceExamples.identityCode(), accepted: false)
        try await setup.order(.master)
        let round = try await setup.keeper { try await setup.order(.data) }.round()
        #expect(round.finished == [busy.code] && round.failed.isEmpty)
        #expect(try setup.generations() == ["1 current"])
        #expect(try await setup.keeper().round().finished == [setup.tenant.code])
        #expect(try setup.generations() == ["2 current"])
        try await setup.expectAllFound()
    }

    /// A restore has brought the old keys back after the new generation had taken their place.
    @Test func aRotationThatARestoreHasUndoneIsNotDone() async throws {
        let setup = try await RotationSetup.make(clientCount: 10)
        let transfer = TransferSetup(fixture: setup.fixture, tenant: setup.tenant, cases: [])
        let file = try await transfer.export()
        try await setup.order()
        while try setup.state()?[0] != "clearing" {
            await #expect(throws: CancellationError.self) {
                try await setup.keeper(interruptingAfter: 1).round()
            }
        }
        try await transfer.suspend()
        try await transfer.restore(file.bytes)
        try await setup.fixture.registry.activate(setup.tenant.key)
        #expect(try setup.generations() == ["1 current"])
        #expect(try await setup.keeper().round().finished == [setup.tenant.code])
        #expect(try setup.generations() == ["4 current"])
        #expect(try setup.columns() == [["4", "f", "t"]])
        try await setup.expectAllFound()
    }

    /// What was ordered for a municipality that has ended meanwhile is done when its keys are wrapped.
    @Test func anOrderForAMunicipalityThatWasMergedMeanwhileIsDone() async throws {
        let setup = try await RotationSetup.make(clientCount: 1)
        let into = try await setup.fixture.activeTenant()
        try await setup.order()
        try await setup.fixture.registry.suspend(setup.tenant.key)
        _ = try await TenantMerger(
            migrator: setup.fixture.migrator, masterKeys: setup.fixture.masterKeys
        ).merge(
            setup.tenant, into: into, lastDay: "2024-12-31", order: TransferSetup.order,
            actor: AuditActor(kind: .operator, code: "keha", system: "console", userID: nil),
            isDryRun: false)
        let round = try await setup.keeper().round()
        #expect(round.finished == [setup.tenant.code] && round.failed.isEmpty)
        #expect(try setup.state()?[0] == "done")
        #expect(try setup.generations() == ["1 current"])
    }
}
