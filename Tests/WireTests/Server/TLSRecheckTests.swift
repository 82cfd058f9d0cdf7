import Contract
import TestSupport
import Testing

@testable import Wire

/// Certificates that stop to count while their systems are connected.
@Suite struct TLSRecheckTests {
    private let pki: TestPKI

    init() throws { pki = try TestPKI.shared }

    private func context(_ list: TestRevocationList) throws -> TLSContext {
        try TLSContexts.server(revocation: .lists([TLSLists.file(list)]))
    }

    private func system() throws -> IssuedCertificate { try pki.issue(uris: [TLSContexts.uri]) }

    private func admitted(
        _ certificate: IssuedCertificate, by server: TestServer
    ) async throws -> RawPeer {
        let tls = try TLSContext.client(
            TLSContexts.configuration(certificate), serverName: "localhost")
        let peer = try await RawPeer.connect(port: server.port, tls: tls)
        try await peer.send(.hello(.with { $0.versions = [1] }))
        guard case .hello = await peer.next() else { throw RPCStatus(.internal, "NO_HELLO", "") }
        return peer
    }

    @Test func certificateThatComesOntoAListEndsItsConnections() async throws {
        try await TestServer.run(tls: context(pki.revocationList())) { server in
            let revoked = try system()
            let peers = [
                try await admitted(revoked, by: server), try await admitted(revoked, by: server),
            ]
            let good = try await server.connect()
            #expect(await server.server.recheck() == 0)
            server.server.use(try context(pki.revocationList { $0.revoked = [revoked] }))
            #expect(await server.server.recheck() == 2)
            for peer in peers {
                let goAway = await peer.goAway()
                #expect(goAway?.reason == "CERTIFICATE_REVOKED")
                #expect(goAway?.code == RPCCode.unauthenticated.rawValue)
            }
            // Everybody else stays, and is not judged by the same lists twice.
            _ = try await EchoServiceClient(good).echo(EchoRequest())
            #expect(await server.server.recheck() == 0)
        }
    }

    @Test func certificateThatExpiresEndsItsConnection() async throws {
        try await TestServer.run { server in
            let certificate = try system()
            let peer = try await admitted(certificate, by: server)
            let end = try Certificate(bytes: certificate.der).notAfter
            #expect(await server.server.recheck(now: end) == 0)
            #expect(await server.server.recheck(now: end + 1) == 1)
            #expect(await peer.goAway()?.reason == "ADMISSION_WITHDRAWN")
        }
    }

    @Test func authorityThatIsNotTrustedAnyMoreEndsItsConnections() async throws {
        try await TestServer.run { server in
            let peer = try await admitted(system(), by: server)
            var configuration = try TLSContexts.configuration(pki.server())
            configuration.trustedAuthorityFiles = [pki.unknownAuthorityPath]
            server.server.use(try TLSContext.server(configuration))
            #expect(await server.server.recheck() == 1)
            #expect(await peer.goAway()?.reason == "ADMISSION_WITHDRAWN")
        }
    }

    /// It shuts out whoever comes, and nobody who is there.
    @Test func listOutOfDateClosesNothing() async throws {
        try await TestServer.run(tls: context(pki.revocationList())) { server in
            let good = try await server.connect()
            let old = try pki.revocationList {
                $0.thisUpdate = -7200
                $0.nextUpdate = -60
            }
            server.server.use(try context(old))
            #expect(await server.server.recheck() == 0)
            _ = try await EchoServiceClient(good).echo(EchoRequest())
            await #expect(throws: RPCStatus.self) { _ = try await server.connect() }
            #expect(server.server.statistics.endsByReason["revocationUnknown"] == 1)
        }
    }

    /// A handshake that the old context began is judged by the new one afterwards.
    @Test func contextsChangeUnderOpenConnections() async throws {
        try await TestServer.run { server in
            let before = try await server.connect()
            for _ in 0..<3 {
                server.server.use(try TLSContexts.server())
                #expect(await server.server.recheck() == 0)
            }
            let after = try await server.connect()
            _ = try await EchoServiceClient(before).echo(EchoRequest())
            _ = try await EchoServiceClient(after).echo(EchoRequest())
        }
    }

    @Test func failedCheckAndPeerAreLoggedAndNoKey() async throws {
        let log = RecordedLog()
        let certificate = try system()
        let tls = try context(pki.revocationList { $0.revoked = [certificate] })
        try await TestServer.run(tls: tls, logger: log.logger) { server in
            let client = try TLSContext.client(
                TLSContexts.configuration(certificate), serverName: "localhost")
            let peer = try await RawPeer.connect(port: server.port, tls: client)
            #expect(await peer.next() == nil)
        }
        let line = try #require(log.lines.first { $0.contains("TLS failed") })
        let serial = try Certificate(bytes: certificate.der).serialNumber
        for part in [
            "address=127.0.0.1", "reason=revoked", "check=certificate revoked", "depth=0",
            "serial=\(serial)", "claimed_uri=\(TLSContexts.uri)", "issuer_key=",
        ] {
            #expect(line.contains(part), "\(part) in \(line)")
        }
        #expect(!log.lines.contains { $0.contains("KEY") || $0.contains("BEGIN") })
    }
}
