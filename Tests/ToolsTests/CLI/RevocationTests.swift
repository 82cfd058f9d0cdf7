import Foundation
import TestSupport
import Testing

@testable import icds

/// `--crl`: the daemon's certificate is looked up in revocation lists where there are any.
@Suite("Revocation lists of the command line")
struct RevocationTests {
    private func health(_ crl: String...) async throws -> CommandResult {
        var result: CommandResult?
        try await ScriptedServer.run { server in
            result = await server.icds(["health"] + crl.flatMap { ["--crl", $0] })
        }
        return try #require(result)
    }

    private func file(_ change: (inout TestPKI.ListRequest) -> Void = { _ in }) throws -> String {
        let pki = try TestPKI.shared
        let path = "\(pki.folder)/\(UUID().uuidString).crl"
        try pki.revocationList(change).write(to: path)
        return path
    }

    @Test func daemonOnNoListIsSpokenTo() async throws {
        let result = try await health(try file())
        #expect(result.status == .success)
    }

    @Test func revokedDaemonIsNotSpokenTo() async throws {
        let pki = try TestPKI.shared
        let own = try pki.server()
        let list = try file { $0.revoked = [own] }
        try await ScriptedServer.run(certificate: own) { server in
            let unchecked = await server.icds("health")
            #expect(unchecked.status == .success)
            let checked = await server.icds("health", "--crl", list)
            #expect(checked.status == .notConnected)
            #expect(checked.error.contains("revoked"))
        }
    }

    @Test func listOutOfDateLetsNoDaemonPass() async throws {
        let result = try await health(try file { $0.nextUpdate = -60 })
        #expect(result.status == .notConnected)
    }

    @Test func fileThatIsNoListIsWrongUsage() async throws {
        let file = try TemporaryFile("no list")
        let result = try await health(file.path)
        #expect(result.status == .usage)
        #expect(result.error.contains(file.path))
        let missing = try await health(try self.file(), "/nonexistent.crl")
        #expect(missing.status == .usage)
    }
}
