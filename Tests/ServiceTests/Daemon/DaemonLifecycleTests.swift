import Contract
import Foundation
import TestSupport
import Testing
import Wire

/// The daemon as a process, with its embedded database. The tests share one state folder, one after the
/// other: a database is made once.
@Suite(.serialized) struct DaemonLifecycleTests {
    private let folder: DaemonFolder

    init() throws {
        folder = try SharedDaemonFolder.folder.get()
    }

    @Test func servesOnceReadyAndLeavesNothingRunningAfterSIGTERM() async throws {
        let daemon = try await DaemonProcess(folder)
        let address = try String(contentsOfFile: folder.state + "/address", encoding: .utf8)
        #expect(address == daemon.address + "\n")
        let client = try await daemon.connectAsOperator()
        let health = try await HealthServiceClient(client).check(CheckRequest())
        #expect(health.status == .serving)
        await client.close()
        #expect(try await daemon.stop() == 0)
        let files = FileManager.default
        #expect(!files.fileExists(atPath: folder.cluster + "/data/postmaster.pid"))
        #expect(!files.fileExists(atPath: folder.state + "/address"))
    }

    @Test func restartKeepsDataAndKey() async throws {
        let first = try await DaemonProcess(folder)
        let key = try Data(contentsOf: URL(fileURLWithPath: folder.state + "/master.key"))
        #expect(try await first.stop() == 0)
        // Nothing names the operator's certificate now: it is in the registry.
        let second = try await DaemonProcess(
            folder, environment: ["ICDS_OPERATORS_CERTIFICATES": ""])
        let client = try await second.connectAsOperator()
        #expect(client.admittedAs == "urn:icds:operator:test:admin")
        await client.close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.state + "/master.key")) == key)
        #expect(try await second.stop() == 0)
    }

    @Test func secondDaemonOnOneFolderIsRefused() async throws {
        let daemon = try await DaemonProcess(folder)
        let second = try folder.start(["serve", "--listen-port", "0"])
        #expect(try await second.exitCode() == 1)
        #expect(
            second.output.contains("is in use by another icds-rpcd (process \(daemon.process.pid))")
        )
        #expect(try await daemon.stop() == 0)
    }

    @Test func killedDaemonDoesNotStopTheNextStart() async throws {
        let killed = try await DaemonProcess(folder)
        killed.process.signal(SIGKILL)
        let next = try await DaemonProcess(folder)
        #expect(next.process.output.contains("stopping the database that an earlier daemon left"))
        #expect(try await next.stop() == 0)
    }

    @Test func callInFlightFinishesAfterSIGTERM() async throws {
        let daemon = try await DaemonProcess(folder)
        let client = try await daemon.connectAsOperator()
        let lock = try DatabaseLock(folder)
        try await lock.take("registry.organisation")
        let listing = Task {
            try await RegistryServiceClient(client).listOrganisations(ListOrganisationsRequest())
        }
        try await lock.waitUntilSomebodyWaits()
        daemon.process.signal(SIGTERM)
        _ = try await daemon.process.line(containing: "\"draining\"")
        try lock.release()
        let organisations = try await listing.value.organisations
        #expect(organisations.contains { $0.code == "test" })
        #expect(try await daemon.process.exitCode() == 0)
    }

    @Test func secondSignalDoesNotWaitForCalls() async throws {
        let daemon = try await DaemonProcess(folder, arguments: ["--drain-seconds", "600"])
        let client = try await daemon.connectAsOperator()
        let lock = try DatabaseLock(folder)
        try await lock.take("registry.organisation")
        let listing = Task {
            try await RegistryServiceClient(client).listOrganisations(ListOrganisationsRequest())
        }
        try await lock.waitUntilSomebodyWaits()
        daemon.process.signal(SIGTERM)
        _ = try await daemon.process.line(containing: "\"draining\"")
        daemon.process.signal(SIGTERM)
        _ = try await daemon.process.exitCode()
        await #expect(throws: RPCStatus.self) { try await listing.value }
    }

    @Test func databaseThatDiesIsReportedAndComesBack() async throws {
        let daemon = try await DaemonProcess(folder)
        let client = try await daemon.connectAsOperator()
        // With this line the cluster cannot start again until the line is gone.
        let local = folder.cluster + "/local.conf"
        try "no_such_setting = on\n".write(toFile: local, atomically: false, encoding: .utf8)
        kill(try folder.postmaster(), SIGKILL)
        _ = try await daemon.process.line(containing: "is started again")
        let down = try await HealthServiceClient(client).check(CheckRequest())
        #expect(down.status == .notServing)
        #expect(down.reason == "DATABASE_UNAVAILABLE")
        let refused = await #expect(throws: RPCStatus.self) {
            try await RegistryServiceClient(client).listOrganisations(ListOrganisationsRequest())
        }
        #expect(refused?.code == .unavailable && refused?.reason == "DATABASE_UNAVAILABLE")

        let linesBefore = daemon.process.lines.count
        try "".write(toFile: local, atomically: false, encoding: .utf8)
        _ = try await daemon.process.line(containing: "ready to accept", from: linesBefore)
        let end = ContinuousClock.now + .seconds(20)
        var status = ServingStatus.notServing
        while status != .serving && ContinuousClock.now < end {
            status = try await HealthServiceClient(client).check(CheckRequest()).status
        }
        #expect(status == .serving)
        await client.close()
        #expect(try await daemon.stop() == 0)
    }

    /// At SIGHUP and without one; a list that cannot be read changes nothing.
    @Test func newRevocationListCountsForOpenConnections() async throws {
        let pki = try TestPKI.shared
        defer { try? pki.revocationList().write(to: folder.revocationList) }
        let daemon = try await DaemonProcess(
            folder, environment: ["ICDS_TLS_RELOAD_SECONDS": "1"])
        let client = try await daemon.connectAsOperator()
        daemon.process.signal(SIGHUP)
        _ = try await daemon.process.line(containing: "nothing has changed")

        try "nothing".write(toFile: folder.revocationList, atomically: true, encoding: .utf8)
        let line = try await daemon.process.line(containing: "the old ones stay")
        #expect(line.contains("crl.pem: it holds no certificate revocation list"))
        _ = try await HealthServiceClient(client).check(CheckRequest())

        try pki.revocationList { $0.revoked = [folder.operatorSystem] }
            .write(to: folder.revocationList)
        _ = try await daemon.process.line(containing: "CERTIFICATE_REVOKED")
        do {
            let again = try await daemon.connectAsOperator()
            await again.close()
            Issue.record("a revoked certificate was let in")
        } catch let status as RPCStatus {
            #expect(status.reason == "CERTIFICATE_REFUSED")
        }
        await client.close()
        let refusal = try await daemon.process.line(containing: "certificate revoked")
        #expect(refusal.contains("urn:icds:operator:test:admin"))
        #expect(try await daemon.stop() == 0)
    }
}

/// The folder that the suite's tests share, gone with the test process.
private enum SharedDaemonFolder {
    static let folder = Result { () throws -> DaemonFolder in
        let folder = try DaemonFolder()
        atexit { removeAtExit() }
        return folder
    }

    private static func removeAtExit() { try? folder.get().remove() }
}
