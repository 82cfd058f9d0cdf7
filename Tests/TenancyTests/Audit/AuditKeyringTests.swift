import AuditProof
import Synchronization
import TestSupport
import Testing

@testable import Tenancy

@Suite struct AuditKeyringTests {
    private let binding = AuditBinding(
        actorKind: "county", actorCode: "06", method: "m", callReference: "c")

    @Test func whatIsSealedOpensInItsOwnRowOnly() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let key = try await fixture.auditKeys.current(tenant)
        let personal = AuditPersonal(userID: "ä", statedReason: nil, decision: "{}")
        let sealed = try #require(try key.seal(personal, bindingTo: binding))
        #expect(try key.open(sealed, boundTo: binding) == personal)
        #expect(AuditKey.month(of: sealed) == key.month)
        for other in [
            AuditBinding(actorKind: "agency", actorCode: "06", method: "m", callReference: "c"),
            AuditBinding(actorKind: "county", actorCode: "07", method: "m", callReference: "c"),
            AuditBinding(actorKind: "county", actorCode: "06", method: "n", callReference: "c"),
            AuditBinding(actorKind: "county", actorCode: "06", method: "m", callReference: "d"),
        ] {
            #expect(throws: CryptoError.authenticationFailed) {
                try key.open(sealed, boundTo: other)
            }
        }
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: CryptoError.self) { try key.open(changed, boundTo: binding) }
        }
        let foreign = try await fixture.auditKeys.current(try await fixture.activeTenant())
        #expect(throws: CryptoError.authenticationFailed) {
            try foreign.open(sealed, boundTo: binding)
        }
        #expect(try key.seal(AuditPersonal(), bindingTo: binding) == nil)
    }

    @Test func bothLoginsAndAllDaemonsUseOneKeyAMonth() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let keyrings = (0..<6).map { number in
            let (database, reader): (Database, TenantKeyring.Reader) =
                number.isMultiple(of: 2) ? (fixture.api, .tenant) : (fixture.sharing, .sharing)
            return AuditKeyring(
                database: database, reader: reader,
                keys: TenantKeyring(
                    database: database, reader: reader, masterKeys: fixture.masterKeys))
        }
        let keys = try await withThrowingTaskGroup { group in
            for keyring in keyrings { group.addTask { try await keyring.current(tenant) } }
            return try await group.reduce(into: [AuditKey]()) { $0.append($1) }
        }
        let personal = AuditPersonal(userID: "user-1")
        let sealed = try #require(try keys[0].seal(personal, bindingTo: binding))
        for key in keys { #expect(try key.open(sealed, boundTo: binding) == personal) }
        #expect(try fixture.rows("SELECT FROM {schema}.audit_key", in: tenant).count == 1)
    }

    /// A failover without synchronous replication can lose the month's key that was made last: rows must
    /// not be sealed with one that is nowhere.
    @Test func aKeyThatAFailoverHasLostIsNotUsedAnyMore() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let primary = Mutex<Int64>(0)
        let keyring = AuditKeyring(
            database: fixture.api, reader: .tenant,
            keys: TenantKeyring(
                database: fixture.api, reader: .tenant, masterKeys: fixture.masterKeys),
            primary: { primary.withLock { $0 } })
        let personal = AuditPersonal(userID: "user-1")
        let lost = try await keyring.current(tenant)
        try fixture.rows("DELETE FROM {schema}.audit_key", in: tenant)
        let cached = try #require(
            try await keyring.current(tenant).seal(personal, bindingTo: binding))
        #expect(try lost.open(cached, boundTo: binding) == personal, "nobody has told it")

        primary.withLock { $0 += 1 }
        let key = try await keyring.current(tenant)
        let sealed = try #require(try key.seal(personal, bindingTo: binding))
        #expect(throws: CryptoError.authenticationFailed) {
            try lost.open(sealed, boundTo: binding)
        }
        let stored = try await fixture.auditKeys.keys(of: [key.month], for: tenant)[key.month]
        #expect(try stored?.open(sealed, boundTo: binding) == personal)
    }

    @Test func theMonthIsTheDatabases() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let key = try await fixture.auditKeys.current(tenant)
        #expect(
            try fixture.rows(
                "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM'), month FROM {schema}.audit_key",
                in: tenant) == [["\(key.month)", key.month.firstDay]])
    }

    /// After twelve years the key goes; the rows, their leaves and every proof stay.
    @Test func destroyingAMonthsKeyErasesWhatItSealedAndLeavesEveryProofValid() async throws {
        let setup = try await SealingFixture.make()
        let fixture = setup.fixture
        let tenant = try await fixture.activeTenant()
        let month = try #require(AuditMonth(firstDay: "2011-03-01"))
        let wrapping = try await fixture.key(tenant)
        let secret = try SecretBytes.random(count: 32)
        let old = AuditKey(secret, tenant: tenant, month: month)
        let sealed = try #require(
            try old.seal(
                AuditPersonal(userID: "user-1", statedReason: "Why"),
                bindingTo: AuditBinding(
                    actorKind: "municipality", actorCode: tenant.code, method: "m",
                    callReference: "c")))
        try fixture.rows(
            """
            INSERT INTO {schema}.audit_key (month, generation, wrapped_key)
            VALUES ('2011-03-01', 1,
                '\\x\(Hex.encode(try wrapping.wrap(auditKey: secret, month: month)))');
            INSERT INTO {schema}.audit (at, actor_kind, actor_code, actor_system, method, outcome,
                purpose, client_count, call_reference, personal)
            VALUES ('2011-03-05', 'municipality', '\(tenant.code)', 'x', 'm', 1, 1, 0, 'c',
                '\\x\(Hex.encode(sealed))')
            """, in: tenant)
        try await setup.write(2, in: tenant)
        #expect(
            try await fixture.personal(tenant).map { $0?.userID } == ["user-1", "user-0", "user-1"])

        _ = try await setup.sealer.round(checkpointNow: true)
        #expect(try await fixture.personal(tenant).map { $0?.userID } == [nil, "user-0", "user-1"])
        #expect(try await setup.verify(tenant, witnessed: [setup.newestNote()]).treeSize == 3)
        #expect(setup.log.lines.contains { $0.contains("destroyed") })
        await #expect(throws: DatabaseError.self) {
            try await fixture.sealer.run(
                [.sql("SELECT {schema}.erase_audit_months(0)")],
                in: Scope(role: "icds_sealing", schema: tenant))
        }
    }
}
