import AuditProof
import Synchronization
import Testing

@testable import Tenancy

@Suite struct TenantKeyringTests {
    private let code = "010594Y9032"

    @Test func bothLoginsGetTheSameKeyOfATenantAndAnotherOfTheNext() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let other = try await fixture.activeTenant()
        let own = TenantKeyring(
            database: fixture.api, reader: .tenant, masterKeys: fixture.masterKeys)
        let sharing = TenantKeyring(
            database: fixture.sharing, reader: .sharing, masterKeys: fixture.masterKeys)
        let index = try await own.keys(for: tenant).index(identityCode: code)
        #expect(try await sharing.keys(for: tenant).index(identityCode: code) == index)
        #expect(try await own.keys(for: other).index(identityCode: code) != index)
    }

    @Test func theOldestKeyIsLetGoAtTheLimit() async throws {
        let fixture = try await TenancyFixture.get()
        let keyring = TenantKeyring(
            database: fixture.api, reader: .tenant, masterKeys: fixture.masterKeys, countMax: 2)
        for _ in 0..<4 {
            _ = try await keyring.keys(for: try await fixture.activeTenant())
            #expect(await keyring.count <= 2)
        }
        #expect(await keyring.count == 2)
    }

    @Test func withoutTheRightMasterKeyThereIsNoKey() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let stranger = MasterKeys(current: try MasterKey(try SecretBytes.random(count: 32)))
        let keyring = TenantKeyring(database: fixture.api, reader: .tenant, masterKeys: stranger)
        let id = fixture.masterKeys.current.id
        await #expect(throws: CryptoError.unknownMasterKey(id: id)) {
            try await keyring.keys(for: tenant)
        }
    }

    /// A row that was copied from another tenant, or changed, does not open.
    @Test func aKeyRowOfAnotherTenantIsRefused() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let other = try await fixture.activeTenant()
        let wrapped = try #require(
            try fixture.rows("SELECT wrapped_key FROM {schema}.tenant_key", in: other)[0][0])
        let update = "UPDATE {schema}.tenant_key SET wrapped_key = '" + wrapped + "'"
        try fixture.rows(update, in: tenant)
        let keyring = TenantKeyring(
            database: fixture.api, reader: .tenant, masterKeys: fixture.masterKeys)
        await #expect(throws: CryptoError.authenticationFailed) {
            try await keyring.keys(for: tenant)
        }
        try fixture.rows("DELETE FROM {schema}.tenant_key", in: tenant)
        await #expect(throws: CryptoError.noTenantKey) { try await keyring.keys(for: tenant) }
    }

    /// A failover without synchronous replication can lose the generation that was made last, and another
    /// secret be made under its number: nothing must be sealed with the one that is nowhere.
    @Test func aKeyThatAFailoverHasLostIsNotUsedAnyMore() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let primary = Mutex<Int64>(0)
        let keyring = TenantKeyring(
            database: fixture.api, reader: .tenant, masterKeys: fixture.masterKeys,
            primary: { primary.withLock { $0 } })
        let lost = try await keyring.keys(for: tenant).index(identityCode: code)
        let wrapped = try fixture.masterKeys.current.wrap(
            try SecretBytes.random(count: 32), for: tenant, generation: 1)
        try fixture.rows(
            "UPDATE {schema}.tenant_key SET wrapped_key = '\\x\(Hex.encode(wrapped))'", in: tenant)
        #expect(
            try await keyring.keys(for: tenant).index(identityCode: code) == lost,
            "nobody has told it")

        primary.withLock { $0 += 1 }
        let index = try await keyring.keys(for: tenant).index(identityCode: code)
        #expect(index != lost)
        #expect(try await fixture.keys(tenant).index(identityCode: code) == index)
    }
}
