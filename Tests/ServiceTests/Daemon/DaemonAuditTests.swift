import AuditProof
import Contract
import Foundation
import TestSupport
import Testing
import Wire

/// The log from end to end, with the built programs alone: `icds-rpcd` seals, and `icds` exports and
/// verifies without it.
@Suite struct DaemonAuditTests {
    private func icds(
        _ words: [String], _ daemon: DaemonProcess, by issued: IssuedCertificate? = nil
    ) async throws -> (status: Int32, output: String) {
        var arguments = words
        if let issued {
            arguments += [
                "--server", daemon.address, "--cert", issued.certificatePath, "--key",
                issued.keyPath, "--ca", daemon.folder.authority,
            ]
        }
        let program = try RunningProgram(
            RunningProgram.path("icds"), arguments,
            environment: ["HOME": "/nonexistent", "SWIFT_BACKTRACE": "enable=no"])
        return (try await program.exitCode(), program.output)
    }

    /// The same where nothing but success is right.
    @discardableResult
    private func done(
        _ words: [String], _ daemon: DaemonProcess, by issued: IssuedCertificate? = nil
    ) async throws -> String {
        let result = try await icds(words, daemon, by: issued)
        try #require(result.status == 0, "icds \(words): \(result.output)")
        return result.output
    }

    /// A municipality that is let in, with its system's certificate.
    private func municipality(_ daemon: DaemonProcess) async throws -> IssuedCertificate {
        let issued = try TestPKI.shared.issue { $0.uris = ["urn:icds:municipality:837:casework"] }
        let console = daemon.folder.operatorSystem
        for words in [
            ["register", "load"], ["organisations", "provision", "837"],
            ["organisations", "activate", "837"],
            ["systems", "register", issued.certificatePath],
        ] {
            try await done(words, daemon, by: console)
        }
        return issued
    }

    private func connect(
        _ issued: IssuedCertificate, _ daemon: DaemonProcess
    ) async throws -> RPCClient {
        let tls = try TLSContext.client(
            TLSConfiguration(
                certificateChainFile: issued.certificatePath, privateKeyFile: issued.keyPath,
                trustedAuthorityFiles: [daemon.folder.authority]),
            serverName: "127.0.0.1")
        return try await RPCClient.connect(
            ClientConfiguration(host: "127.0.0.1", port: daemon.port, tls: tls))
    }

    /// The checkpoint that comes with the answer of some call, as soon as there is one.
    private func told(_ client: RPCClient, _ daemon: DaemonProcess) async throws -> String {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let metadata = ResponseMetadata()
            _ = try await HealthServiceClient(client).check(
                CheckRequest(), options: CallOptions(responseMetadata: metadata))
            let entry = metadata.trailing.entries.first { $0.key == "icds-checkpoint-bin" }
            if let entry { return String(decoding: entry.value, as: UTF8.self) }
        }
        throw DaemonProcess.Failure(description: "no checkpoint came:\n" + daemon.process.output)
    }

    @Test func whatTheDaemonSealsIsVerifiedWithoutIt() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let daemon = try await DaemonProcess(
            folder,
            environment: ["ICDS_AUDIT_CHECKPOINT_SECONDS": "1", "ICDS_AUDIT_SEAL_SECONDS": "1"])
        let system = try await municipality(daemon)
        let client = try await connect(system, daemon)
        _ = try await ClientServiceClient(client).createClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.client = ServiceExamples.client()
            })
        let note = try await told(client, daemon)
        await client.close()

        let key = folder.path + "/operator.key.txt"
        let printed = try folder.start(["audit-key"])
        #expect(try await printed.exitCode() == 0)
        try (printed.output + "\n").write(toFile: key, atomically: true, encoding: .utf8)
        let kept = folder.path + "/kept.txt"
        try (note + "\n").write(toFile: kept, atomically: true, encoding: .utf8)
        let file = try String(contentsOfFile: folder.state + "/checkpoints", encoding: .utf8)
        #expect(file.contains(note))

        let newest = try await done(
            ["audit", "checkpoint", "--known", kept, "--public-key", key], daemon, by: system)
        #expect(try NoteFile.notes(newest + "\n").count == 1)
        let log = folder.path + "/log.jsonl"
        try await done(
            [
                "audit", "export", log, "--checkpoint", kept, "--user", "m.virtanen", "--purpose",
                "log-oversight",
            ], daemon, by: system)
        #expect(try await daemon.stop() == 0)
        let verified = try await done(
            [
                "audit", "verify", log, "--municipality", "837", "--public-key", key,
                "--checkpoint", kept,
            ], daemon)
        #expect(verified.contains("verified: m837, "))
        #expect(verified.contains("are held by a checkpoint that you kept: "))
        let other = try NoteKey(
            name: "localhost/icds-audit", key: SigningKey.generate().publicKey
        ).text()
        let refused = try await icds(
            ["audit", "verify", log, "--municipality", "837", "--public-key", other], daemon)
        #expect(refused.status == 6)
        #expect(refused.output.hasPrefix("NOT VERIFIED: checkpoint "))
        #expect(refused.output.hasSuffix("it is signed by none of the keys given"))
    }
}
