import Foundation
import TestSupport
import Testing

@testable import Wire

/// `certs/make-development-certificates` makes what the daemon and its clients take.
@Suite struct DevelopmentCertificatesTests {
    private let script = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("certs/make-development-certificates")

    private func run(_ arguments: [String]) throws -> (exitCode: Int32, output: String) {
        let process = Process()
        process.executableURL = script
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    private func configuration(_ folder: String, _ name: String) -> TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: "\(folder)/\(name).pem", privateKeyFile: "\(folder)/\(name).key",
            trustedAuthorityFiles: ["\(folder)/ca.pem"],
            revocation: .lists(["\(folder)/crl.pem"]))
    }

    @Test func certificatesWorkAndASecondRunKeepsThem() throws {
        let folder = try "\(TestPKI.shared.folder)/\(UUID().uuidString)"
        let arguments = ["--output", folder, "server", "municipality:837:casework"]
        let first = try run(arguments)
        #expect(first.exitCode == 0, "\(first.output)")
        #expect(!first.output.contains("PRIVATE"))

        let server = try TLSContext.server(configuration(folder, "server"))
        let client = try TLSContext.client(
            configuration(folder, "municipality-837-casework"), serverName: "localhost")
        let pair = try TLSPair.connected(client: client, server: server)
        let peer = try #require(pair.server.recorder.completions.first?.peer)
        #expect(try PeerName(certificate: peer).uri == "urn:icds:municipality:837:casework")
        #expect(peer.otherAlternativeNameCount == 0)

        let second = try run(arguments)
        #expect(second.exitCode == 0 && second.output.isEmpty)
        let again = try TLSContext.server(configuration(folder, "server"))
        #expect(again.certificate == server.certificate)

        // Without its key a certificate is made anew.
        try FileManager.default.removeItem(atPath: "\(folder)/server.key")
        #expect(try run(arguments).output.contains("server.pem"))
        let new = try TLSContext.server(configuration(folder, "server"))
        #expect(new.certificate != server.certificate)
    }

    @Test func revokedCertificateComesOntoTheListAndIsMadeAnew() throws {
        let folder = try "\(TestPKI.shared.folder)/\(UUID().uuidString)"
        let name = "municipality-837-casework"
        let arguments = ["--output", folder, "server", "municipality:837:casework"]
        #expect(try run(arguments).exitCode == 0)
        let client = try TLSContext.client(configuration(folder, name), serverName: "localhost")

        let revoking = try run(["--output", folder, "--revoke", "municipality:837:casework"])
        #expect(revoking.exitCode == 0, "\(revoking.output)")
        let server = try TLSContext.server(configuration(folder, "server"))
        let refused = try TLSPair.connected(client: client, server: server)
        #expect(refused.server.recorder.failures == [TLSFailure(.revoked)])

        #expect(try run(arguments).output.contains(name))
        let new = try TLSContext.client(configuration(folder, name), serverName: "localhost")
        let pair = try TLSPair.connected(client: new, server: server)
        #expect(pair.server.recorder.completions.count == 1)
    }

    @Test(arguments: [
        [], ["county:8:casework"], ["municipality:837:Case"], ["person:837:x"], ["--nonsense"],
        ["operator:keha:../x"],
    ])
    func badNamesAreRefused(arguments: [String]) throws {
        let folder = try "\(TestPKI.shared.folder)/\(UUID().uuidString)"
        #expect(try run(["--output", folder] + arguments).exitCode == 64)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
