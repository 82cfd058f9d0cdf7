import AuditProof
import Foundation
import Logging
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Services

/// A standby that had not received everything becomes the primary: what was sealed and handed out last is
/// gone, the daemon lives on, and no second history is signed.
@Suite struct PromotedStandbyTests {
    private final class Told: Sendable {
        private let values = Mutex<[UInt64]>([])
        var sizes: [UInt64] { values.withLock { $0 } }
        func add(_ size: UInt64) { values.withLock { $0.append(size) } }
    }

    private struct Setup {
        let cluster = TestCluster.make()
        let fixture: ServiceFixture
        let sealers: Database
        let key: SigningKey
        let log = RecordedLog()
        let told = Told()
        let file: CheckpointFile
        let identity: OperatorIdentity

        init(path: String) async throws {
            fixture = try await ServiceFixture.make(cluster: cluster)
            key = try SigningKey.generate()
            file = CheckpointFile(path: path)
            identity = try OperatorIdentity(origin: "icds.test/audit", key: key.publicKey)
            sealers = try Database(
                configuration: DatabaseConfiguration(
                    connectionString: try cluster.pairConnectionString(
                        user: "icds_sealer", database: fixture.databaseName)
                        + " target_session_attrs=read-write",
                    connectionCountMax: 4),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            try sealers.start()
        }

        func sealer() -> AuditSealer {
            var settings = AuditSealer.Settings(origin: "icds.test/audit")
            settings.wholeRoundInterval = .zero
            settings.witness = file
            return AuditSealer(
                database: sealers, key: key, settings: settings, logger: log.logger)
        }

        func publisher() -> CheckpointPublisher {
            CheckpointPublisher(database: sealers, file: file, identity: identity) {
                [told] size, _ in told.add(size)
            }
        }

        func checkpoint(_ sealer: AuditSealer, _ publisher: CheckpointPublisher) async throws {
            _ = try await fixture.municipality(ServiceFixture.tampere).create()
            let round = try await sealer.round(checkpointNow: true)
            #expect(round.checkpointFailure == nil)
            try await publisher.publish()
        }

        func onStandby(_ sql: String) throws -> String? {
            try cluster.executeOnStandby(sql, database: fixture.databaseName).first?.first ?? nil
        }

        /// Waits until the pool has found the new primary.
        func firstRound(_ sealer: AuditSealer) async throws -> AuditSealer.Round {
            let end = ContinuousClock.now + .seconds(60)
            while true {
                do {
                    return try await sealer.round(checkpointNow: true)
                } catch let error as DatabaseError where ContinuousClock.now < end {
                    guard error.kind == .unavailable else { throw error }
                }
            }
        }
    }

    @Test func whatWasLostIsAnAlarmAndNoSecondCheckpoint() async throws {
        let path = "/tmp/icds-promoted-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let setup = try await Setup(path: path)
        let (sealer, publisher) = (setup.sealer(), setup.publisher())
        try await setup.checkpoint(sealer, publisher)
        try setup.cluster.startStandby()
        let end = ContinuousClock.now + .seconds(60)
        while try setup.onStandby("SELECT max(number) FROM registry.checkpoint") != "1" {
            try #require(ContinuousClock.now < end, "the standby has the first checkpoint")
        }
        try setup.cluster.stopStandby()
        for _ in 0..<2 { try await setup.checkpoint(sealer, publisher) }
        #expect(setup.told.sizes == [1, 2, 3])
        try setup.cluster.stop(immediately: true)
        try setup.cluster.resumeStandby()
        try setup.cluster.promoteStandby()
        _ = try setup.onStandby(
            """
            INSERT INTO m837.audit (actor_kind, actor_code, actor_system, method, outcome, purpose,
                client_count, call_reference)
            VALUES ('municipality', '837', 'x', 'x', 1, 0, 0, 'x')
            """)

        // The same daemon: the log is sealed on, and no checkpoint is made or told.
        let round = try await setup.firstRound(sealer)
        #expect(round.failing.isEmpty && round.rowsSealed == 1)
        #expect(round.checkpointFailure?.contains("checkpoint 3 was handed out") == true)
        await #expect(throws: SealingError.checkpointsLost(known: 3, found: 1)) {
            try await publisher.publish()
        }
        #expect(setup.told.sizes == [1, 2, 3])
        let alarms = setup.log.lines.filter { $0.contains("critical ALARM") }
        #expect(
            alarms.contains {
                $0.contains("came back without seals that were made") && $0.contains("tenant=837")
                    && $0.contains("known=3") && $0.contains("found=1")
            }, "\(alarms)")
        // One that is started now knows it from the file.
        let next = try await setup.sealer().round(checkpointNow: true)
        #expect(next.failing.isEmpty)
        #expect(next.checkpointFailure?.contains("checkpoint 3 was handed out") == true)
        #expect(try setup.onStandby("SELECT max(number) FROM registry.checkpoint") == "1")
        await setup.sealers.shutdown()
    }
}
