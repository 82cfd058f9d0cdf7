import COpenSSL
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import Wire

@Suite struct TLSHandshakeTests {
    @Test func handshakeTellsEachSideOfTheOthersCertificate() throws {
        let pair = try TLSPair.connected()
        let atServer = try #require(pair.server.recorder.completions.first)
        #expect(atServer.protocolVersion == "TLSv1.3")
        #expect(atServer.cipher == "TLS_AES_256_GCM_SHA384")
        let identity = try PeerIdentity(certificate: atServer.peer, remoteAddress: "127.0.0.1:1")
        #expect(identity.uri == TLSContexts.uri)
        #expect(identity.kind == .municipality)
        #expect(identity.certificateFingerprint == atServer.peer.fingerprint)
        let atClient = try #require(pair.client.recorder.completions.first)
        #expect(atClient.peer.otherAlternativeNameCount == 3)
        #expect(pair.server.recorder.completions.count == 1)
        #expect(pair.client.recorder.completions.count == 1)
        #expect(pair.server.recorder.errors.isEmpty && pair.client.recorder.errors.isEmpty)
    }

    @Test(arguments: ["127.0.0.1", "::1", "localhost", "LOCALHOST"])
    func serverIsKnownByNameAndAddress(name: String) throws {
        let pair = try TLSPair.connected(client: TLSContexts.client(name: name))
        #expect(pair.client.recorder.completions.count == 1)
    }

    // The common name of every test certificate is an operator's URI, and counts for nothing.
    @Test(arguments: [
        [], ["urn:icds:municipality:837:casework", "urn:icds:operator:keha:admin"],
        ["urn:icds:municipality:837:casework", "urn:icds:municipality:837:casework"],
        ["urn:icds:municipality:83:casework"], ["URN:icds:municipality:837:casework"],
        ["https://municipality/837/casework"],
    ])
    func clientWithoutExactlyOneGoodURIIsRefused(uris: [String]) throws {
        let pair = try TLSPair.connected(client: TLSContexts.client(uris: uris))
        #expect(pair.server.recorder.failures == [TLSFailure(.badIdentity)])
        #expect(pair.server.recorder.completions.isEmpty)
        #expect(!pair.server.channel.isActive)
        // bad_certificate
        #expect(pair.client.recorder.failures == [TLSFailure(.refusedByPeer, alert: 42)])
    }

    @Test func clientOfUnknownAuthorityIsRefused() throws {
        let pair = try TLSPair.connected(client: TLSContexts.client { $0.authority = .unknown })
        #expect(pair.server.recorder.failures == [TLSFailure(.unknownCA)])
        #expect(pair.client.recorder.failures == [TLSFailure(.refusedByPeer, alert: 48)])
    }

    @Test func expiredClientIsRefused() throws {
        let context = try TLSContexts.client {
            $0.notBefore = -7200
            $0.notAfter = -3600
        }
        let pair = try TLSPair.connected(client: context)
        #expect(pair.server.recorder.failures == [TLSFailure(.expired)])
        #expect(pair.client.recorder.failures == [TLSFailure(.refusedByPeer, alert: 45)])
    }

    @Test func clientOfTomorrowIsRefused() throws {
        let pair = try TLSPair.connected(client: TLSContexts.client { $0.notBefore = 3600 })
        #expect(pair.server.recorder.reason == .notYetValid)
    }

    @Test(arguments: ["serverAuth", "codeSigning", nil])
    func clientWithoutItsKeyUsageIsRefused(usage: String?) throws {
        let context = try TLSContexts.client { $0.extendedKeyUsage = usage }
        let pair = try TLSPair.connected(client: context)
        #expect(pair.server.recorder.reason == .wrongPurpose)
    }

    @Test(arguments: ["clientAuth", nil])
    func serverWithoutItsKeyUsageIsRefused(usage: String?) throws {
        let context = try TLSContexts.server({ $0.extendedKeyUsage = usage })
        let pair = try TLSPair.connected(server: context)
        #expect(pair.client.recorder.reason == .wrongPurpose)
    }

    @Test(arguments: ["icds.example.fi", "127.0.0.2", "urn"])
    func serverOfAnotherNameIsRefused(name: String) throws {
        let pair = try TLSPair.connected(client: TLSContexts.client(name: name))
        #expect(pair.client.recorder.reason == .wrongServerName)
        #expect(pair.client.recorder.completions.isEmpty)
    }

    @Test func serverOfUnknownAuthorityIsRefused() throws {
        let pair = try TLSPair.connected(server: TLSContexts.server({ $0.authority = .unknown }))
        #expect(pair.client.recorder.reason == .unknownCA)
        #expect(pair.server.recorder.failures == [TLSFailure(.refusedByPeer, alert: 48)])
    }

    /// A ticket would carry the client's certificate, and let it in again unverified.
    @Test func serverSendsNoTickets() throws {
        let pair = try TLSPair()
        try pair.activate()
        try pair.server.input(pair.client.output())
        try pair.client.input(pair.server.output())
        try pair.server.input(pair.client.output())
        #expect(pair.server.recorder.completions.count == 1)
        #expect(try pair.server.output().isEmpty)
    }

    @Test func endInHandshakeIsAFailureOfItsOwn() throws {
        let pair = try TLSPair()
        try pair.activate()
        try pair.server.input(pair.client.output())
        pair.server.end()
        #expect(pair.server.recorder.failures == [TLSFailure(.closedInHandshake)])
        #expect(pair.server.recorder.isInactive)
    }

    @Test func endBeforeTheBeginningIsSafe() throws {
        let pair = try TLSPair()
        pair.server.end()
        #expect(pair.server.recorder.errors.isEmpty)
        #expect(pair.server.recorder.isInactive)
    }

    /// A list of hundreds of authorities would not fit into a handshake.
    @Test func namesOfAuthoritiesAreNotSent() throws {
        let pki = try TestPKI.shared
        var sizes: [Int] = []
        for authorities in [[], [pki.unknownAuthorityPath]] {
            var configuration = try TLSContexts.configuration(pki.server())
            configuration.trustedAuthorityFiles += authorities
            let pair = try TLSPair(server: .server(configuration))
            try pair.activate()
            try pair.server.input(pair.client.output())
            sizes.append(try pair.server.output().count)
        }
        // A signature may be a few bytes longer than another.
        #expect(abs(sizes[0] - sizes[1]) < 8)
    }

    @Test func keyShareIsAskedForAgain() throws {
        let server = try TLSEnd(TLSContexts.server(), loop: EmbeddedEventLoop())
        try server.activate()
        let certificate = try TestPKI.shared.issue(uris: [TLSContexts.uri])
        try RawTLSClient(certificate: certificate, groups: "P-384:P-256").pump(with: server)
        #expect(server.recorder.completions.count == 1)
    }

    /// A client that could be asked for its certificate later is not.
    @Test func clientThatOffersLaterAuthenticationIsNotAsked() throws {
        let server = try TLSEnd(TLSContexts.server(), loop: EmbeddedEventLoop())
        try server.activate()
        let certificate = try TestPKI.shared.issue(uris: [TLSContexts.uri])
        let client = try RawTLSClient(certificate: certificate) {
            SSL_set_post_handshake_auth($0, 1)
        }
        try client.pump(with: server)
        client.write([7])
        try server.input(client.output())
        #expect(server.recorder.bytes == [7])
        #expect(try server.output().isEmpty)
        // Without a certificate at first it is refused in the handshake.
        let other = try TLSEnd(TLSContexts.server(), loop: EmbeddedEventLoop())
        try other.activate()
        try RawTLSClient { SSL_set_post_handshake_auth($0, 1) }.pump(with: other)
        #expect(other.recorder.failures == [TLSFailure(.noCertificate)])
    }

    @Test func silentPeerIsClosedAtTheTimeLimit() throws {
        let pair = try TLSPair()
        try pair.activate()
        pair.loop.advanceTime(by: .milliseconds(9_999))
        #expect(pair.server.channel.isActive)
        pair.loop.advanceTime(by: .milliseconds(1))
        #expect(pair.server.recorder.failures == [TLSFailure(.timeout)])
        #expect(!pair.server.channel.isActive)
    }

    @Test func timeLimitEndsWithTheHandshake() throws {
        let pair = try TLSPair.connected()
        pair.loop.advanceTime(by: .hours(1))
        #expect(pair.server.channel.isActive && pair.client.channel.isActive)
    }

    @Test func handshakeWorksByteByByte() throws {
        let pair = try TLSPair()
        try pair.activate()
        try pair.pump(chunk: 1)
        #expect(pair.server.recorder.completions.count == 1)
        pair.client.send([1, 2, 3])
        try pair.pump(chunk: 1)
        #expect(pair.server.recorder.bytes == [1, 2, 3])
    }
}
