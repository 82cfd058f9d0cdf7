import AuditProof
import TestSupport
import Testing

@testable import Tenancy

/// 588 Pertunmaa was merged into 507 Mäntyharju on 1 January 2025.
@Suite struct MergerTests {
    private struct Setup {
        let fixture: TenancyFixture
        let pertunmaa, mantyharju: TenantSchema
        /// A client of both, under one identity code.
        let moving, staying: CaseSetup
        /// One of Pertunmaa alone, with an order of non-disclosure.
        let alone: CaseSetup

        var merger: TenantMerger {
            TenantMerger(migrator: fixture.migrator, masterKeys: fixture.masterKeys)
        }

        func merge(isDryRun: Bool = false) async throws -> TenantMerger.Report {
            try await merger.merge(
                pertunmaa, into: mantyharju, lastDay: "2024-12-31", order: TransferSetup.order,
                actor: AuditActor(kind: .operator, code: "keha", system: "console", userID: nil),
                isDryRun: isDryRun
            ).made()
        }
    }

    /// Each database of the cluster shares its roles: this one is made by one test at a time.
    private func setUp() async throws -> Setup {
        let fixture = try await TenancyFixture.make()
        func active(_ code: String) async throws -> TenantSchema {
            let tenant = try #require(TenantSchema(municipalityCode: code))
            _ = try await fixture.provisioner.provision(tenant)
            try await fixture.registry.activate(tenant.key)
            return tenant
        }
        let pertunmaa = try await active("588")
        let mantyharju = try await active("507")
        let moving = try await CaseSetup.make(
            fixture, in: pertunmaa, nonDisclosure: true, accepted: true)
        let alone = try await CaseSetup.make(
            fixture, in: pertunmaa, identityCode: "020594Y9039", accepted: true)
        _ = try fixture.rows(
            """
            INSERT INTO {schema}.client (client_id, given_names, family_name)
            VALUES (gen_random_uuid(), 'Nimi', 'Ilman Tunnusta')
            """, in: pertunmaa)
        let staying = try await CaseSetup.make(fixture, in: mantyharju, accepted: true)
        try await fixture.registry.suspend(pertunmaa.key)
        return Setup(
            fixture: fixture, pertunmaa: pertunmaa, mantyharju: mantyharju, moving: moving,
            staying: staying, alone: alone)
    }

    @Test func clientsMoveAndTheOldLogIsKeptClosed() async throws {
        let setup = try await setUp()
        let fixture = setup.fixture
        let logBefore = try fixture.rows(
            "SELECT seq, leaf FROM {schema}.audit ORDER BY seq", in: setup.pertunmaa)
        let clientsBefore = try fixture.rows(
            "SELECT client_id FROM {schema}.client", in: setup.pertunmaa)
        let rehearsal = try await setup.merge(isDryRun: true)
        #expect(rehearsal.movedCount == 3 && rehearsal.event == nil)
        #expect(
            try fixture.rows("SELECT client_id FROM {schema}.client", in: setup.pertunmaa)
                == clientsBefore)
        #expect(
            try fixture.rows("SELECT FROM {schema}.client", in: setup.mantyharju).count == 1)

        let report = try await setup.merge()
        #expect(report.movedCount == 3 && report.duplicates == rehearsal.duplicates)
        #expect(
            report.duplicates == [
                .init(movedID: setup.moving.clientID, keptID: setup.staying.clientID)
            ])
        #expect(report.event?.kind == .merged && report.event?.municipalityCode == "588")
        try await checkClients(setup)
        try checkArchive(setup, logBefore)
        try await checkRegister(setup)
        await #expect(throws: RegistryError.organisationEnded) { try await setup.merge() }
    }

    private func checkClients(_ setup: Setup) async throws {
        let fixture = setup.fixture
        let key = try await fixture.key(setup.mantyharju)
        let found = try fixture.rows(
            """
            SELECT client_id, encode(identity_code_ciphertext, 'hex'),
                encode(identity_code_index, 'hex'), non_disclosure_order
            FROM {schema}.client
            """, in: setup.mantyharju)
        #expect(found.count == 4)
        let byID = Dictionary(grouping: found) { $0[0] ?? "" }
        let alone = try #require(byID[setup.alone.clientID]?.first)
        let sealed = try #require(alone[1].flatMap { Hex.decode($0) })
        #expect(
            try key.open(identityCode: sealed, clientID: setup.alone.clientID) == "020594Y9039")
        #expect(
            alone[2] == Hex.encode(try key.index(identityCode: setup.alone.identityCode)))
        // The duplicate is kept without its code, and the order of non-disclosure holds for both.
        let moved = try #require(byID[setup.moving.clientID]?.first)
        #expect(moved[1] == nil && moved[2] == nil && moved[3] == "t")
        #expect(byID[setup.staying.clientID]?.first?[3] == "t")
        for (table, count) in [
            ("client_source", "30"), ("assessment", "3"), ("participation", "3"),
            ("moved_client", "3"),
        ] {
            let rows = try fixture.rows(
                "SELECT count(*) FROM {schema}.\(table)", in: setup.mantyharju)
            #expect(rows == [[count]], "\(table)")
        }
        // A county goes on where it was, by the case reference that it has.
        let moves = CaseSetup(
            tenant: setup.mantyharju, clientID: setup.alone.clientID,
            identityCode: setup.alone.identityCode, index: BlindIndex(generation: 1, bytes: []),
            assessmentID: setup.alone.assessmentID, caseReference: setup.alone.caseReference)
        #expect(try await moves.count(fixture, "shareable_client") == 3)
        let logged = try fixture.rows(
            """
            SELECT client_id FROM {schema}.audit
            WHERE method = 'icds.v1.TenantService/MergeTenants'
            """, in: setup.mantyharju)
        #expect(logged.count == 3)
    }

    /// The rows are there as they were, and nobody changes them, not even their owner by mistake.
    private func checkArchive(_ setup: Setup, _ logBefore: [[String?]]) throws {
        let fixture = setup.fixture
        let log = try fixture.rows(
            "SELECT seq, leaf FROM {schema}.audit ORDER BY seq", in: setup.pertunmaa)
        #expect(Array(log.prefix(logBefore.count)) == logBefore)
        #expect(log.count == logBefore.count + 3)
        for table in ["client", "client_source", "assessment", "participation"] {
            #expect(
                try fixture.rows("SELECT FROM {schema}.\(table)", in: setup.pertunmaa).isEmpty)
        }
        for change in ["DELETE FROM", "UPDATE", "TRUNCATE"] {
            let sql =
                "\(change) {schema}.audit" + (change == "UPDATE" ? " SET method = 'x'" : "")
            #expect(throws: (any Error).self, "\(change)") {
                try fixture.rows(sql, in: setup.pertunmaa)
            }
        }
        let granted = try fixture.rows(
            """
            SELECT c.relname FROM pg_class AS c, aclexplode(c.relacl) AS a
            WHERE c.relnamespace = 'm588'::regnamespace
                AND a.grantee IN ('m588'::regrole, 'm588_sharing'::regrole)
            """)
        #expect(granted.isEmpty)
    }

    private func checkRegister(_ setup: Setup) async throws {
        let fixture = setup.fixture
        let found = try await fixture.registry.organisation(setup.pertunmaa.key)
        #expect(found?.status == .ended && found?.successorCode == "507")
        #expect(found?.validTo == "2024-12-31")
        let days = try fixture.rows(
            """
            SELECT valid_to FROM registry.municipality WHERE code = '588'
            UNION ALL SELECT valid_to FROM registry.membership WHERE municipality_code = '588'
            """)
        #expect(days.count == 2 && days.allSatisfy { $0 == ["2024-12-31"] })
        let callers = try fixture.rows(
            """
            SELECT DISTINCT actor, call_reference FROM registry.change_log
            WHERE operation = 'UPDATE' AND table_name IN ('municipality', 'membership')
                OR new_row ->> 'status' = 'ended'
            """)
        let caller = TransferSetup.order.caller
        #expect(callers == [[caller.uri, caller.callReference]])
        let snapshot = try await RegistrySnapshot.read(from: fixture.api)
        #expect(snapshot.activeTenant("588") == nil && snapshot.activeTenant("507") != nil)
    }

    @Test func whatIsNotReadyIsNotMerged() async throws {
        let fixture = try await TenancyFixture.get()
        let (first, second) = (try await fixture.activeTenant(), try await fixture.activeTenant())
        let registered = try fixture.registeredTenant()
        let merger = TenantMerger(migrator: fixture.migrator, masterKeys: fixture.masterKeys)
        func merge(_ source: TenantSchema, _ target: TenantSchema) async throws {
            _ = try await merger.merge(
                source, into: target, lastDay: "2026-12-31", order: TransferSetup.order,
                actor: AuditActor(kind: .operator, code: "keha", system: "console", userID: nil),
                isDryRun: false)
        }
        await #expect(throws: TenantWorkError.sameTenant) { try await merge(first, first) }
        await #expect(throws: TenantWorkError.notSuspended) { try await merge(first, second) }
        await #expect(throws: TenantWorkError.noSchema) { try await merge(registered, second) }
        try await fixture.registry.suspend(first.key)
        _ = try fixture.rows(
            "UPDATE registry.organisation SET schema_version = 99 WHERE code = '\(second.code)'")
        await #expect(throws: TenantWorkError.notCurrent) { try await merge(first, second) }
    }
}
