import Foundation
import TestSupport
import Testing

@testable import ChaosHarness

/// `make chaos` on a small scale: a kill of each kind, a full disk and a failover under load.
@Suite struct ChaosRunTests {
    @Test func everythingHoldsAfterAKillOfEachKind() async throws {
        let faults: [Fault] = [
            .killBackend, .killDaemon, .killPostgres, .fillDisk, .promoteStandby, .killPostmaster,
        ]
        let program = RunningProgram.path("icds-rpcd")
        let seed: UInt64 = 20_271_123
        let report = try await ChaosRun(
            ChaosOptions(
                seed: seed,
                schedule: Schedule(
                    steps: faults.map { .init(load: .milliseconds(300), fault: $0) }),
                programs: URL(fileURLWithPath: program).deletingLastPathComponent().path,
                certificates: Self.certificates), say: { _ in }
        ).run()
        #expect(report.findings == [], "\(report.text)\n\(report.statusText)")
        #expect(report.killCount == 4)
        #expect(report.faults.count == faults.count)
        // It was compared with something.
        #expect(report.entries.writesAcknowledged > 100)
        #expect(report.records.acknowledgedCreations > 0 && report.records.assessments > 0)
        #expect(report.accessesAnswered > report.entries.writesAcknowledged)
        #expect(report.rowsVerified > report.accessesAnswered)
        #expect(report.checkpointsVerified > 0)
        #expect(report.entries.feeds.allSatisfy { !$0.events.isEmpty })
    }

    private static let certificates = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("certs/make-development-certificates").path
}
