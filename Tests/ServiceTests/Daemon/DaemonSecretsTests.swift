import AuditProof
import Contract
import Foundation
import TestSupport
import Testing
import Wire

@testable import Tenancy

/// What others can see of a daemon that has its master key from a command: nothing of any key.
@Suite struct DaemonSecretsTests {
    /// A folder with a program that prints a random master key.
    private struct Setup {
        let folder: DaemonFolder
        let key: [UInt8]
        let environment: [String: String]
        let database: String

        init() throws {
            folder = try DaemonFolder()
            key = try SecureRandom.bytes(count: 32)
            database = try TestCluster.shared.createDatabase()
            let program = folder.path + "/print-key"
            FileManager.default.createFile(
                atPath: program, contents: Data("#!/bin/sh\necho \(Hex.encode(key))\n".utf8),
                attributes: [.posixPermissions: 0o700])
            environment = [
                "ICDS_DATABASE_CONNINFO":
                    "host=\(try TestCluster.shared.socketFolder()) port=5432 dbname=\(database)",
                "ICDS_DATABASE_ADMINISTRATOR_CONNINFO":
                    try TestCluster.shared.adminConnectionString(database: database),
                "ICDS_KEYS_MASTER_COMMAND": program,
                "ICDS_AUDIT_SIGNING_KEY_COMMAND": "/bin/cat,\(try folder.makeSigningKey())",
                "ICDS_LOG_LEVEL": "trace",
            ]
        }
    }

    /// Every way in which bytes could have got into a text.
    private func forms(_ bytes: [UInt8]) -> [String] {
        let hex = Hex.encode(bytes)
        return [
            hex, hex.uppercased(), Data(bytes).base64EncodedString(),
            bytes.map { "\($0)" }.joined(separator: ", "),
        ]
    }

    @Test func noKeyIsInLogArgumentsOrEnvironmentAndNoMemoryIsDumped() async throws {
        let setup = try Setup()
        let folder = setup.folder
        defer { folder.remove() }
        let bootstrap = try folder.start(["bootstrap"], environment: setup.environment)
        #expect(try await bootstrap.exitCode() == 0, "\(bootstrap.output)")
        let check = try folder.start(["check-config"], environment: setup.environment)
        #expect(try await check.exitCode() == 0, "\(check.output)")
        let master = try MasterKey(SecretBytes(copying: setup.key))
        #expect(check.output.contains("Master keys: \(master.id)"))

        let daemon = try await DaemonProcess(folder, environment: setup.environment)
        let client = try await daemon.connectAsOperator()
        let registry = RegistryServiceClient(client)
        _ = try await registry.loadRegister(ServiceExamples.register(municipality: "837"))
        _ = try await registry.provisionOrganisation(.with { $0.municipalityCode = "837" })
        await client.close()

        let row = try #require(
            try TestCluster.shared.execute(
                "SELECT encode(wrapped_key, 'hex') FROM m837.tenant_key",
                database: setup.database
            ).first?.first ?? nil)
        let tenant = try #require(TenantSchema(municipalityCode: "837"))
        let tenantKey = try master.unwrap(
            try #require(Hex.decode(row)), for: tenant, generation: 1)
        let process = "/proc/\(daemon.process.pid)"
        let seen = try [
            check.output, daemon.process.output,
            text(process + "/cmdline"), text(process + "/environ"),
        ].joined(separator: "\n")
        for key in [setup.key, tenantKey.withUnsafeBytes { Array($0) }] {
            for form in forms(key) { #expect(!seen.contains(form)) }
        }
        let core = try text(process + "/limits").split(separator: "\n")
            .first { $0.hasPrefix("Max core file size") }
        #expect(try #require(core).split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"])
        // "wr": writable, "dd": left out of dumps. Reading the file takes the rights of a debugger.
        if let maps = try? text(process + "/smaps") {
            let flags = maps.split(separator: "\n").filter { $0.hasPrefix("VmFlags:") }
            #expect(flags.contains { $0.contains(" wr") && $0.contains(" dd") })
        }
        #expect(try await daemon.stop() == 0)
    }

    @Test func aCommandThatFailsStopsTheStartWithoutRepeatingWhatItSaid() async throws {
        let setup = try Setup()
        defer { setup.folder.remove() }
        let bootstrap = try setup.folder.start(["bootstrap"], environment: setup.environment)
        #expect(try await bootstrap.exitCode() == 0, "\(bootstrap.output)")
        var environment = setup.environment
        for (command, reason) in [
            ("/bin/sh,-c,echo hunter2 >&2; echo hunter3; exit 4", "status 4"),
            ("/bin/echo,hunter2", "of what it printed"),
            ("/bin/sleep,600", "not done within 1 s"),
        ] {
            environment["ICDS_KEYS_MASTER_COMMAND"] = command
            environment["ICDS_KEYS_COMMAND_SECONDS"] = "1"
            let daemon = try setup.folder.start(
                ["serve", "--listen-port", "0"], environment: environment)
            #expect(try await daemon.exitCode() == 1)
            #expect(daemon.output.contains(reason), "\(daemon.output)")
            #expect(!daemon.output.contains("hunter"))
        }
        environment["ICDS_KEYS_MASTER_COMMAND"] = "relative"
        environment["ICDS_KEYS_MASTER_FILE"] = "/nowhere/key"
        let unsound = try setup.folder.start(["check-config"], environment: environment)
        #expect(try await unsound.exitCode() == 1)
        #expect(unsound.output.contains("absolute path of a program"))
        #expect(unsound.output.contains("keys.masterFile is set too"))
    }

    private func text(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        // Such files have no size and come in pieces.
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).replacing("\0", with: "\n")
    }
}
