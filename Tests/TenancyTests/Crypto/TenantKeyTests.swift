import Testing

@testable import Tenancy

@Suite struct TenantKeyTests {
    let tampere = TenantSchema(municipalityCode: "837")
    let oulu = TenantSchema(municipalityCode: "564")
    let code = "010594Y9032"
    let client = "11111111-2222-4333-8444-555555555555"
    let other = "11111111-2222-4333-8444-555555555556"

    private func key(
        _ tenant: TenantSchema?, secret: SecretBytes, generation: UInt8 = 1
    ) throws -> TenantKey {
        try TenantKey(secret, tenant: try #require(tenant), generation: generation)
    }

    @Test func anIdentityCodeOpensForItsClientAndTenantOnly() throws {
        let secret = try SecretBytes.random(count: 32)
        let key = try key(tampere, secret: secret)
        let sealed = try key.seal(identityCode: code, clientID: client)
        #expect(sealed.count == 1 + 28 + 11)
        #expect(try key.open(identityCode: sealed, clientID: client) == code)
        #expect(throws: CryptoError.authenticationFailed) {
            try key.open(identityCode: sealed, clientID: other)
        }
        let foreign = try self.key(oulu, secret: secret)
        #expect(throws: CryptoError.authenticationFailed) {
            try foreign.open(identityCode: sealed, clientID: client)
        }
    }

    @Test func aCodeOfAnotherGenerationIsNotTried() throws {
        let secret = try SecretBytes.random(count: 32)
        let sealed = try key(tampere, secret: secret, generation: 2)
            .seal(identityCode: code, clientID: client)
        #expect(throws: CryptoError.unknownGeneration(2)) {
            try self.key(tampere, secret: secret).open(identityCode: sealed, clientID: client)
        }
    }

    @Test func sealingTwiceGivesDifferentBytesAndTheIndexTheSame() throws {
        let key = try key(tampere, secret: try SecretBytes.random(count: 32))
        #expect(
            try key.seal(identityCode: code, clientID: client)
                != key.seal(identityCode: code, clientID: client))
        #expect(try key.index(identityCode: code) == key.index(identityCode: code))
        #expect(try key.index(identityCode: code).count == 32)
    }

    /// Two people may differ in the separator only (decree 690/2022).
    @Test func theIndexTellsSeparatorsAndTenantsApart() throws {
        let secret = try SecretBytes.random(count: 32)
        let key = try key(tampere, secret: secret)
        #expect(
            try key.index(identityCode: "010594Y9032") != key.index(identityCode: "010594-9032"))
        #expect(
            try key.index(identityCode: code)
                != self.key(oulu, secret: secret).index(identityCode: code))
    }

    @Test func aWrappedKeyOpensForItsTenantGenerationAndMasterKeyOnly() throws {
        let tampere = try #require(tampere)
        let oulu = try #require(oulu)
        let master = try MasterKey(try SecretBytes.random(count: 32))
        let stranger = try MasterKey(try SecretBytes.random(count: 32))
        let secret = try SecretBytes.random(count: 32)
        let wrapped = try master.wrap(secret, for: tampere, generation: 1)
        #expect(wrapped.count == 60)
        let opened = try master.unwrap(wrapped, for: tampere, generation: 1)
        #expect(
            opened.withUnsafeBytes { Array($0) } == secret.withUnsafeBytes { Array($0) })
        let attempts: [(MasterKey, TenantSchema, UInt8)] = [
            (master, oulu, 1), (master, tampere, 2), (stranger, tampere, 1),
        ]
        for (key, tenant, generation) in attempts {
            #expect(throws: CryptoError.authenticationFailed) {
                try key.unwrap(wrapped, for: tenant, generation: generation)
            }
        }
    }

    @Test func retiredMasterKeysStillUnwrapAndUnknownOnesAreNamed() throws {
        let old = try MasterKey(try SecretBytes.random(count: 32))
        let new = try MasterKey(try SecretBytes.random(count: 32))
        let keys = MasterKeys(current: new, retired: [old])
        #expect(try keys.key(id: old.id).id == old.id)
        #expect(keys.current.id == new.id)
        #expect(throws: CryptoError.unknownMasterKey(id: "0000000000000000")) {
            try keys.key(id: "0000000000000000")
        }
        #expect(throws: CryptoError.invalidKeyLength) {
            try MasterKey(SecretBytes(copying: [1, 2, 3]))
        }
    }
}
