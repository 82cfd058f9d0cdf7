import COpenSSL
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import Wire

@Suite struct TLSHostilePeerTests {
    private func server(_ limits: TLSLimits = .standard) throws -> TLSEnd {
        let server = try TLSEnd(TLSContexts.server(limits: limits), loop: EmbeddedEventLoop())
        try server.activate()
        return server
    }

    private func certificate() throws -> IssuedCertificate {
        try TestPKI.shared.issue(uris: [TLSContexts.uri])
    }

    @Test func clientWithoutCertificateLearnsItOnItsFirstRead() throws {
        let server = try server()
        let client = try RawTLSClient()
        try client.pump(with: server)
        #expect(server.recorder.failures == [TLSFailure(.noCertificate)])
        #expect(!server.channel.isActive)
        // TLS 1.3: the client's own handshake has succeeded; certificate_required comes after.
        #expect(client.handshake())
        #expect(client.readAlert() == 116)
    }

    @Test(arguments: [[], ["h2"], ["icds-rpc/2"], ["icds-rpc/"], ["icds-rpc/11", "http/1.1"]])
    func clientOfAnotherProtocolIsRefused(alpn: [String]) throws {
        let server = try server()
        let client = try RawTLSClient(certificate: certificate(), alpn: alpn)
        try client.pump(with: server)
        #expect(server.recorder.failures == [TLSFailure(.wrongALPN)])
        #expect(server.recorder.completions.isEmpty)
        #expect(!client.handshake())
    }

    @Test(arguments: ["urn:icds:municipality:837:casework\0", "urn:icds:county:08:k\u{e4}s", " "])
    func uriWithForbiddenBytesIsRefused(uri: String) throws {
        let server = try server()
        let issued = try TestPKI.shared.issue(uris: [uri])
        try RawTLSClient(certificate: issued).pump(with: server)
        #expect(server.recorder.failures == [TLSFailure(.badCertificate)])
    }

    @Test func protocolAmongOthersIsChosen() throws {
        let server = try server()
        let client = try RawTLSClient(certificate: certificate(), alpn: ["h2", "icds-rpc/1"])
        try client.pump(with: server)
        #expect(server.recorder.completions.count == 1)
    }

    @Test func olderTLSIsRefused() throws {
        let server = try server()
        let client = try RawTLSClient(certificate: certificate(), version: TLS1_2_VERSION)
        try client.pump(with: server)
        #expect(server.recorder.failures == [TLSFailure(.protocolVersion)])
    }

    @Test func clientWithNothingInCommonIsRefused() throws {
        let atGroups = try server()
        try RawTLSClient(certificate: certificate(), groups: "P-521").pump(with: atGroups)
        #expect(atGroups.recorder.failures == [TLSFailure(.noCommonParameters)])
        let atCiphers = try server()
        try RawTLSClient(certificate: certificate(), ciphers: "TLS_AES_128_CCM_8_SHA256")
            .pump(with: atCiphers)
        #expect(atCiphers.recorder.failures == [TLSFailure(.noCommonParameters)])
    }

    @Test(arguments: [
        ("TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"),
        ("TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
        ("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
    ])
    func serverChoosesTheCipher(offered: String, chosen: String) throws {
        let server = try server()
        try RawTLSClient(certificate: certificate(), ciphers: offered).pump(with: server)
        #expect(server.recorder.completions.first?.cipher == chosen)
    }

    @Test(arguments: ["GET / HTTP/1.1\r\n\r\n", "\0\0\0\u{10}\u{8}\u{1}", "\u{15}\u{3}\u{3}"])
    func garbageInPlaceOfTLSIsRefused(text: String) throws {
        let server = try server()
        try server.input(Array(text.utf8))
        #expect(server.recorder.failures == [TLSFailure(.notTLS)])
        #expect(!server.channel.isActive)
        #expect(try server.output().isEmpty)
    }

    @Test func brokenHandshakeRecordIsRefused() throws {
        let server = try server()
        try server.input([0x16, 3, 1, 0, 5, 1, 0xff, 0xff, 0xff, 0])
        #expect(server.recorder.failures.count == 1)
        #expect(!server.channel.isActive)
    }

    @Test func oversizedHandshakeIsRefused() throws {
        var limits = TLSLimits()
        limits.handshakeBytesMax = 700
        let pair = try TLSPair.connected(server: TLSContexts.server(limits: limits))
        #expect(pair.server.recorder.failures == [TLSFailure(.handshakeTooLarge)])
    }

    @Test func oversizedCertificateIsRefused() throws {
        var limits = TLSLimits()
        limits.certificateChainBytesMax = 300
        let pair = try TLSPair.connected(server: TLSContexts.server(limits: limits))
        #expect(pair.server.recorder.failures == [TLSFailure(.handshakeTooLarge)])
    }

    @Test func chainsUpToTheLimitAreAccepted() throws {
        for (count, reason) in [(1, nil), (4, nil), (5, TLSFailure.Reason.chainTooLong)] {
            let pair = try TLSPair.connected(
                client: TLSContexts.client { $0.intermediates = count })
            #expect(pair.server.recorder.reason == reason, "\(count) intermediates")
            #expect(pair.server.recorder.completions.count == (reason == nil ? 1 : 0))
        }
    }

    @Test func forgedRecordIsOneFailureAndTheEnd() throws {
        let pair = try TLSPair.connected()
        pair.client.send([1, 2, 3])
        var record = try pair.client.output()
        record[record.count - 1] ^= 1
        try pair.server.input(record)
        #expect(pair.server.recorder.failures == [TLSFailure(.protocolViolation)])
        #expect(pair.server.recorder.reads.isEmpty)
        #expect(!pair.server.channel.isActive)
        // bad_record_mac
        try pair.client.input(pair.server.output())
        #expect(pair.client.recorder.failures == [TLSFailure(.refusedByPeer, alert: 20)])
    }

    @Test func keyUpdatesUpToTheLimitAreTaken() throws {
        var limits = TLSLimits()
        limits.recordsWithoutDataMax = 5
        let server = try server(limits)
        let client = try RawTLSClient(certificate: certificate())
        try client.pump(with: server)
        for _ in 0..<5 { client.updateKey() }
        client.write([7])
        try server.input(client.output())
        #expect(server.recorder.bytes == [7])
        #expect(server.recorder.errors.isEmpty)
    }

    @Test func floodOfKeyUpdatesIsCutOff() throws {
        var limits = TLSLimits()
        limits.recordsWithoutDataMax = 5
        let server = try server(limits)
        let client = try RawTLSClient(certificate: certificate())
        try client.pump(with: server)
        for _ in 0..<6 { client.updateKey() }
        client.write([7])
        try server.input(client.output())
        #expect(server.recorder.failures == [TLSFailure(.tooManyRecordsWithoutData)])
        #expect(server.recorder.reads.isEmpty)
        #expect(!server.channel.isActive)
    }

    /// Not renewed by a byte of data between the updates.
    @Test func dataBetweenKeyUpdatesDoesNotRenewTheLimit() throws {
        var limits = TLSLimits()
        limits.recordsWithoutDataMax = 5
        let server = try server(limits)
        let client = try RawTLSClient(certificate: certificate())
        try client.pump(with: server)
        for _ in 0..<6 {
            client.updateKey()
            client.write([7])
            try server.input(client.output())
        }
        #expect(server.recorder.bytes == [7, 7, 7, 7, 7])
        #expect(server.recorder.reason == .tooManyRecordsWithoutData)
    }

    @Test func bytesAfterCloseNotifyAreDropped() throws {
        let pair = try TLSPair.connected()
        pair.client.channel.close(promise: nil)
        try pair.server.input(pair.client.output())
        for _ in 0..<100 { try pair.server.input([UInt8](repeating: 0x17, count: 1000)) }
        #expect(pair.server.recorder.inputClosed == [TLSInputClosed(clean: true)])
        #expect(pair.server.recorder.errors.isEmpty)
        #expect(pair.server.recorder.reads.isEmpty)
    }
}
