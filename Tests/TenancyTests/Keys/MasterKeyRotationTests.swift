import TestSupport
import Testing

@testable import Tenancy

@Suite struct MasterKeyRotationTests {
    private func newKey() throws -> MasterKey { try MasterKey(try SecretBytes.random(count: 32)) }

    private func keyring(_ setup: RotationSetup, _ keys: MasterKeys) -> TenantKeyring {
        TenantKeyring(database: setup.fixture.api, reader: .tenant, masterKeys: keys)
    }

    @Test func theKeysAreWrappedAnewAndTheOldMasterKeyIsNotNeededAnyMore() async throws {
        let setup = try await RotationSetup.make(clientCount: 2)
        let old = setup.fixture.masterKeys
        let new = try newKey()
        let serving = keyring(setup, old)
        _ = try await serving.keys(for: setup.tenant)
        try await setup.order(.master)
        let round = try await setup.keeper(MasterKeys(current: new, retired: [old.current])).round()
        #expect(round.finished == [setup.tenant.code])
        #expect(try setup.generations() == ["1 current"])
        #expect(try setup.events() == ["rewrapped"])
        #expect(
            try setup.fixture.rows(
                "SELECT master_key_id FROM {schema}.tenant_key", in: setup.tenant)
                == [[new.id]])
        // A daemon that has the key in memory goes on; one that starts needs the new master key.
        try await setup.expectAllFound(serving)
        try await setup.expectAllFound(keyring(setup, MasterKeys(current: new)))
        await #expect(throws: CryptoError.unknownMasterKey(id: new.id)) {
            try await keyring(setup, old).keys(for: setup.tenant)
        }
        let keeper = setup.keeper(old)
        #expect(try await keeper.unknownMasterKeys().map(\.id) == [new.id])
    }

    /// Another daemon finds the new key in its own source when it meets it first.
    @Test func aDaemonReadsItsSourceAgainForAKeyThatIsNew() async throws {
        let setup = try await RotationSetup.make(clientCount: 1)
        let old = setup.fixture.masterKeys.current
        let new = try newKey()
        let reads = Counter()
        let other = MasterKeys(current: old) {
            _ = reads.next()
            return [new, old]
        }
        let ringing = keyring(setup, other)
        try await setup.expectAllFound(ringing)
        #expect(reads.next() == 1)
        try await setup.order(.master)
        _ = try await setup.keeper(MasterKeys(current: new, retired: [old])).round()
        await ringing.forget(setup.tenant)
        try await setup.expectAllFound(ringing)
        #expect(reads.next() == 3)
    }

    @Test func aWrongMasterKeyChangesNothingAndIsNamed() async throws {
        let setup = try await RotationSetup.make(clientCount: 1)
        let wrong = MasterKeys(current: try newKey())
        try await setup.order(.master)
        let round = try await setup.keeper(wrong).round()
        #expect(round.failed == [setup.tenant.code])
        let id = setup.fixture.masterKeys.current.id
        #expect(
            try setup.state()?[3] == "MASTER_KEY_UNKNOWN: the daemon has no master key \(id)")
        try await setup.expectAllFound()
        #expect(try setup.events().isEmpty)
    }

    /// A command that fails now is named to the operator and asked again after a while; the order waits.
    @Test func aSourceThatFailsIsNamedAndAskedAgain() async throws {
        let setup = try await RotationSetup.make(clientCount: 1)
        let old = setup.fixture.masterKeys.current
        let new = try newKey()
        let attempts = Counter()
        let source = MasterKeys(current: old) {
            if attempts.next() == 1 { throw CryptoError.secretCommand(reason: "it is away") }
            return [new, old]
        }
        try await setup.order(.master)
        #expect(try await setup.keeper(source).round().failed == [setup.tenant.code])
        #expect(try setup.state() == ["ordered", "0", "0", "MASTER_KEY_SOURCE: it is away"])
        // Left alone for a while.
        #expect(try await setup.keeper(source).round() == KeyKeeper.Round())
        #expect(attempts.next() == 2)
        try setup.fixture.rows("UPDATE registry.key_rotation SET failure_time = '2020-01-01'")
        #expect(try await setup.keeper(source).round().finished == [setup.tenant.code])
        try await setup.expectAllFound(keyring(setup, source))
    }

    /// What is left of a municipality that was merged is its log, which must stay readable.
    @Test func anArchiveIsWrappedAnewAsWell() async throws {
        let setup = try await RotationSetup.make(clientCount: 1)
        let into = try await setup.fixture.activeTenant()
        try await setup.fixture.registry.suspend(setup.tenant.key)
        _ = try await TenantMerger(
            migrator: setup.fixture.migrator, masterKeys: setup.fixture.masterKeys
        ).merge(
            setup.tenant, into: into, lastDay: "2024-12-31", order: TransferSetup.order,
            actor: AuditActor(kind: .operator, code: "keha", system: "console", userID: nil),
            isDryRun: false)
        let new = try newKey()
        let orders = try await setup.fixture.registry.orderKeyRotation(
            .master, of: nil, actor: "urn:icds:operator:test:admin")
        #expect(orders.allSatisfy { $0.outcome == .ordered } && orders.count == 2)
        let both = MasterKeys(current: new, retired: [setup.fixture.masterKeys.current])
        #expect(try await setup.keeper(both).round().finished.count == 2)
        #expect(try await setup.keeper(MasterKeys(current: new)).unknownMasterKeys().isEmpty)
    }
}
