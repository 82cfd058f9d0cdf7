import AuditProof
import Testing

@testable import Tenancy

/// The leaf hash, made again outside the database from the row's columns as `docs/audit.md` says.
@Suite struct AuditLeafTests {
    @Test func theStoredLeafIsTheHashOfTheDocumentedBytes() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let setup = try await CaseSetup.make(fixture, in: tenant, accepted: true)
        var full = setup.entry()
        full.released = [1, 2, 8]
        full.ground = AuditGround(
            rule: "WC-ASSESS", statuteVersion: "681/2023", legalBasis: "681/2023 86 § 2 mom.")
        full.decision = AuditDecision(
            id: try SecureRandom.uuid(), json: #"{"b":1, "a": ["ä", true, null, 1.50]}"#)
        try await fixture.tenants.record(full, in: tenant)
        var bare = setup.entry(.refused(reason: "X"), subject: AuditSubject.none)
        bare.actor.userID = nil
        bare.statedReason = nil
        try await fixture.tenants.record(bare, in: tenant)
        let results = try await fixture.api.run(
            [.sql("SELECT * FROM {schema}.audit")], in: Scope(role: tenant.role, schema: tenant))
        #expect(results[0].rowCount == 4)
        for row in results[0].rows {
            let stored: [UInt8] = try row.value("leaf")
            let bytes = try Self.canonicalBytes(row, tenant)
            #expect(try Digest.sha256(bytes) == stored)
            #expect(try Digest.sha256(bytes + [0]) != stored)
        }
        // What verifies exports makes them by the same rules.
        let read = try await AuditLogReader(database: fixture.api).rows(
            after: .start, through: .end, limit: 10, in: tenant)
        #expect(read.count == 4)
        for (row, leaf) in read { #expect(try row.leaf(schema: tenant.name) == leaf) }
    }

    static func canonicalBytes(_ row: SQLRow, _ tenant: TenantSchema) throws -> [UInt8] {
        var bytes: [UInt8] = [0] + Array("icds-audit-1".utf8)
        func fixed<Number: FixedWidthInteger>(_ number: Number?) {
            guard let number else { return bytes.append(0) }
            bytes.append(1)
            withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
        }
        func variable(_ content: [UInt8]?) {
            guard let content else { return bytes.append(0) }
            fixed(UInt32(content.count))
            bytes += content
        }
        func text(_ column: String) throws {
            let value: String? = try row.optional(column)
            variable(value.map { Array($0.utf8) })
        }
        func uuid(_ column: String) throws {
            let value: String? = try row.optional(column)
            guard let value else { return bytes.append(0) }
            bytes.append(1)
            bytes += try #require(Hex.decode(value.filter { $0 != "-" }))
        }
        func small(_ column: String) throws {
            let value: Int64? = try row.optional(column)
            fixed(value.map { Int16($0) })
        }
        variable(Array(tenant.name.utf8))
        fixed(try row.value("era", as: Int32.self))
        fixed(try row.value("seq", as: Int64.self))
        fixed(try row.value("xid", as: Int64.self))
        let time: SQLTimestamp = try row.value("at")
        fixed(time.microsecondsSinceEpoch - 946_684_800_000_000)
        for column in ["actor_kind", "actor_code", "actor_system", "method"] {
            try text(column)
        }
        try small("outcome")
        try text("refusal_reason")
        try small("purpose")
        for column in ["rule", "statute_version", "legal_basis"] {
            try text(column)
        }
        try uuid("decision_id")
        try uuid("client_id")
        fixed(try row.value("client_count", as: Int32.self))
        let released: [Int64] = try row.value("released")
        variable(Array(released.map(String.init).joined(separator: ",").utf8))
        try text("call_reference")
        variable(try row.optional("personal", as: [UInt8].self))
        variable(try row.value("nonce", as: [UInt8].self))
        return bytes
    }

    @Test func rowsThatAgreeInEverythingHaveDifferentLeaves() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let setup = try await CaseSetup.make(fixture, in: tenant, accepted: false)
        for _ in 0..<2 { try await fixture.tenants.record(setup.entry(), in: tenant) }
        #expect(
            try fixture.rows(
                "SELECT count(DISTINCT leaf) = count(*) FROM {schema}.audit", in: tenant)
                == [["t"]])
    }
}
