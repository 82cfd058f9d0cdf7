import Contract
import Foundation
import TestSupport
import Testing
import Wire

/// The daemon on a database of the site's own.
@Suite struct ExternalDatabaseTests {
    private func environment(database: String) throws -> [String: String] {
        [
            "ICDS_DATABASE_CONNINFO":
                "host=\(try TestCluster.shared.socketFolder()) port=5432 dbname=\(database)",
            "ICDS_DATABASE_ADMINISTRATOR_CONNINFO":
                try TestCluster.shared.adminConnectionString(database: database),
        ]
    }

    @Test func bootstrapPreparesItAndMayBeRunAgain() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let key = folder.path + "/master.key"
        FileManager.default.createFile(
            atPath: key, contents: Data(repeating: 7, count: 32),
            attributes: [.posixPermissions: 0o600])
        var environment = try environment(database: try TestCluster.shared.createDatabase())
        environment["ICDS_KEYS_MASTER_FILE"] = key
        environment["ICDS_AUDIT_SIGNING_KEY_FILE"] = try folder.makeSigningKey()
        let first = try folder.start(["bootstrap"], environment: environment)
        #expect(try await first.exitCode() == 0, "\(first.output)")
        #expect(first.output.contains("is now at version"))
        let second = try folder.start(["bootstrap"], environment: environment)
        #expect(try await second.exitCode() == 0, "\(second.output)")
        #expect(second.output.contains("was already at version"))

        let daemon = try await DaemonProcess(folder, environment: environment)
        let client = try await daemon.connectAsOperator()
        let health = try await HealthServiceClient(client).check(CheckRequest())
        #expect(health.status == .serving)
        await client.close()
        #expect(try await daemon.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.cluster))
    }

    @Test func databaseWithoutBootstrapIsRefusedWithWhatToDo() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        // The login roles belong to the cluster, not to one database.
        let prepared = try environment(database: try TestCluster.shared.createDatabase())
        #expect(
            try await folder.start(["bootstrap"], environment: prepared).exitCode() == 0)
        let key = folder.path + "/master.key"
        FileManager.default.createFile(
            atPath: key, contents: Data(repeating: 7, count: 32),
            attributes: [.posixPermissions: 0o600])
        var environment = try environment(database: try TestCluster.shared.createDatabase())
        environment["ICDS_KEYS_MASTER_FILE"] = key
        environment["ICDS_AUDIT_SIGNING_KEY_FILE"] = try folder.makeSigningKey()
        let daemon = try folder.start(["serve", "--listen-port", "0"], environment: environment)
        #expect(try await daemon.exitCode() == 1)
        #expect(daemon.output.contains("run `icds-rpcd bootstrap`"))
    }

    @Test func bootstrapWithoutAdministratorSaysWhatIsMissing() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let program = try folder.start(["bootstrap"])
        #expect(try await program.exitCode() == 78)
        #expect(program.output.contains("ICDS_DATABASE_ADMINISTRATOR_CONNINFO"))
    }
}
