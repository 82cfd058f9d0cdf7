import AuditProof
import TestSupport
import Testing

@testable import Tenancy

/// A log that was brought back from an export goes on in a new era; one that was brought back without its
/// end is found out.
@Suite(.serialized) struct RestoredLogTests {
    private struct Setup {
        let sealing: SealingFixture
        let transfer: TransferSetup
        var tenant: TenantSchema { transfer.tenant }

        init() async throws {
            sealing = try await SealingFixture.make()
            transfer = TransferSetup(
                fixture: sealing.fixture, tenant: try await sealing.fixture.activeTenant(),
                cases: [])
        }

        /// Rows, a seal over them and a checkpoint.
        func seal(_ count: Int) async throws {
            try await sealing.write(count, in: tenant)
            _ = try await sealing.sealer.round(checkpointNow: true)
        }

        func restore(_ bytes: [UInt8]) async throws {
            try await transfer.suspend()
            try await transfer.restore(bytes)
            try await sealing.fixture.registry.activate(tenant.key)
        }

        func eras() throws -> [[String?]] {
            try sealing.fixture.rows(
                "SELECT era, count(*) FROM {schema}.audit GROUP BY era ORDER BY era", in: tenant)
        }
    }

    @Test func aRestoredLogGoesOnInANewEraAndVerifies() async throws {
        let setup = try await Setup()
        let sealing = setup.sealing
        try await setup.seal(3)
        let kept = try await sealing.newestNote()
        try await setup.restore(try await setup.transfer.export().bytes)
        try await setup.seal(2)
        #expect(try setup.eras() == [["1", "3"], ["2", "2"]])
        #expect(try await sealing.sealer.round().failed.isEmpty)
        let summary = try await sealing.verify(setup.tenant, witnessed: [kept])
        #expect(summary.treeSize == 5 && summary.sealCount == 2)
        // And once more: eras follow each other.
        _ = try await setup.transfer.transfer.discardReplaced(
            setup.tenant, order: TransferSetup.order)
        try await setup.restore(try await setup.transfer.export().bytes)
        try await setup.seal(1)
        #expect(try setup.eras() == [["1", "3"], ["2", "2"], ["3", "1"]])
        #expect(try await sealing.verify(setup.tenant, witnessed: [kept]).treeSize == 6)
    }

    /// The export is older than the last checkpoint: the log goes on, in a new era, and whoever kept that
    /// checkpoint finds what is gone.
    @Test func anOlderExportIsFoundByWhoeverKeptACheckpoint() async throws {
        let setup = try await Setup()
        let sealing = setup.sealing
        try await setup.seal(2)
        let older = try await setup.transfer.export().bytes
        try await setup.seal(1)
        try await setup.seal(1)
        let kept = try await sealing.newestNote()
        try await setup.restore(older)
        try await sealing.write(in: setup.tenant)
        #expect(try await sealing.sealer.round().failed.isEmpty)
        #expect(sealing.log.lines.contains { $0.contains("ALARM") && $0.contains("put back") })
        // Also for a daemon that is started now.
        let other = SealingFixture.sealer(sealing.fixture, sealing.key, sealing.log)
        #expect(try await other.round().failed.isEmpty)
        let lost = try await sealing.finding(setup.tenant, witnessed: [kept])
        #expect(lost == .rewritten(checkpoint: 2, sealed: 3))
        // Also once as many rows are there as were lost.
        try await setup.seal(2)
        #expect(try setup.eras() == [["1", "2"], ["2", "3"]])
        let replaced = try await sealing.finding(setup.tenant, witnessed: [kept])
        #expect(replaced == .rewritten(checkpoint: 3, sealed: 4))
    }
}
