import TestSupport
import Testing

@testable import Tenancy

@Suite struct RoundTripTests {
    private func identityCodes(_ setup: TransferSetup) async throws -> [String] {
        let key = try await setup.fixture.key(setup.tenant)
        let rows = try await setup.fixture.tenants.run(
            [.sql("SELECT client_id, identity_code_ciphertext AS code FROM {schema}.client")],
            in: setup.tenant, audit: setup.cases[0].entry())
        return try rows[0].rows.map {
            try key.open(identityCode: try $0.value("code"), clientID: try $0.value("client_id"))
        }.sorted()
    }

    @Test func whatIsRestoredIsExportedByteForByteAlike() async throws {
        let setup = try await TransferSetup.make()
        let first = try await setup.export()
        try await setup.suspend()
        let outcome = try await setup.restore(first.bytes)
        #expect(outcome.contentDigest == first.summary.contentDigest)
        #expect(outcome.schemaVersion == SchemaScripts.tenant.latestVersion)
        #expect(outcome.hasReplaced && outcome.rowCount == first.summary.rowCount)
        let second = try await setup.export()
        #expect(second.content == first.content)
        // Another file: its key and its nonces are used once.
        #expect(second.bytes != first.bytes)
        try await setup.fixture.registry.activate(setup.tenant.key)
        #expect(try await identityCodes(setup) == ["010594Y9032", "020594Y9039"])
        #expect(try await setup.cases[0].count(setup.fixture, "shareable_client") == 1)
    }

    /// As after a loss: the schema is gone, and the registry knows of none.
    @Test func aTenantThatIsGoneComesBackByteForByte() async throws {
        let setup = try await TransferSetup.make()
        let first = try await setup.export()
        try await setup.suspend()
        try setup.fixture.rows("DROP SCHEMA {schema} CASCADE", in: setup.tenant)
        try setup.fixture.rows(
            """
            UPDATE registry.organisation SET status = 'registered', schema_version = 0
            WHERE code = '\(setup.tenant.code)'
            """)
        let outcome = try await setup.restore(first.bytes, pieceBytes: 7)
        #expect(!outcome.hasReplaced)
        #expect(try await setup.export().content == first.content)
        let found = try await setup.fixture.registry.organisation(setup.tenant.key)
        #expect(found?.status == .provisioned)
        #expect(found?.schemaVersion == SchemaScripts.tenant.latestVersion)
    }

    @Test func aTenantIsRestoredInAnotherDatabase() async throws {
        let setup = try await TransferSetup.make()
        let first = try await setup.export()
        let elsewhere = try await TenancyFixture.make()
        let there = TenantTransfer(
            migrator: elsewhere.migrator, masterKeys: setup.fixture.masterKeys)
        try await setup.restore(first.bytes, there)
        #expect(try await setup.export(there).content == first.content)
    }

    /// Numbers go on where they were, and what watches for changes hears nothing of a restore.
    @Test func afterARestoreTheLogGoesOnWhereItWas() async throws {
        let setup = try await TransferSetup.make()
        let last = try setup.fixture.rows(
            "SELECT max(seq) FROM {schema}.audit", in: setup.tenant)[0][0]
        let file = try await setup.export()
        try await setup.suspend()
        try await setup.restore(file.bytes)
        try await setup.fixture.registry.activate(setup.tenant.key)
        try await setup.fixture.tenants.record(setup.cases[0].entry(), in: setup.tenant)
        let next = try setup.fixture.rows(
            "SELECT max(seq) FROM {schema}.audit", in: setup.tenant)[0][0]
        #expect(Int(next ?? "") == Int(last ?? "").map { $0 + 1 })
    }

    @Test func noPersonalDataLiesOpenInTheFile() async throws {
        let setup = try await TransferSetup.make()
        let file = try await setup.export()
        func contains(_ bytes: [UInt8], _ text: String) -> Bool {
            String(decoding: bytes, as: Unicode.ASCII.self).contains(text)
        }
        #expect(contains(file.content, "Esimerkki") && !contains(file.content, "010594Y9032"))
        #expect(!contains(file.bytes, "Esimerkki") && !contains(file.bytes, "client_id"))
        let other = MasterKeys(current: try MasterKey(try SecretBytes.random(count: 32)))
        var opener = ExportOpener(setup.tenant, other)
        #expect(throws: CryptoError.self) { try opener.read(file.bytes) }
    }

    @Test func eachIsKeptAsAnEventThatTheNextOneCovers() async throws {
        let setup = try await TransferSetup.make()
        let file = try await setup.export()
        #expect(file.summary.event.kind == .exported)
        #expect(file.summary.event.contentDigest == file.summary.contentDigest)
        try await setup.suspend()
        let restored = try await setup.restore(file.bytes).event
        let events = try await setup.fixture.registry.tenantEvents(
            after: file.summary.event.number - 1, countMax: 1_000)
        #expect(events.contains(file.summary.event) && events.contains(restored))
        for (event, next) in zip(events, events.dropFirst()) {
            #expect(next.number == event.number + 1 && next.previousDigest == event.digest)
        }
    }
}
