import Foundation
import NIOEmbedded
import TestSupport
import Testing

@testable import Wire

/// Files of revocation lists for one test.
enum TLSLists {
    static func file(_ lists: TestRevocationList...) throws -> String {
        let path = try "\(TestPKI.shared.folder)/\(UUID().uuidString).crl"
        try Data(TestRevocationList.pem(lists).utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    static func folder(_ files: [String: [UInt8]]) throws -> String {
        let path = try "\(TestPKI.shared.folder)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
        for (name, content) in files {
            try Data(content).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }
        return path
    }
}

@Suite struct TLSRevocationTests {
    private let pki: TestPKI

    init() throws { pki = try TestPKI.shared }

    /// A server with these lists, after the handshake with `client`.
    private func connected(
        _ client: IssuedCertificate, lists: TestRevocationList...
    ) throws -> TLSPair {
        let path = try "\(pki.folder)/\(UUID().uuidString).crl"
        try Data(TestRevocationList.pem(lists).utf8).write(to: URL(fileURLWithPath: path))
        return try TLSPair.connected(
            client: .client(TLSContexts.configuration(client), serverName: "localhost"),
            server: TLSContexts.server(revocation: .lists([path])))
    }

    private func client(intermediates: Int = 0) throws -> IssuedCertificate {
        try pki.issue { request in
            request.uris = [TLSContexts.uri]
            request.intermediates = intermediates
        }
    }

    @Test func clientOnNoListIsLetIn() throws {
        let other = try client()
        let pair = try connected(client(), lists: pki.revocationList { $0.revoked = [other] })
        #expect(pair.server.recorder.completions.count == 1)
        #expect(pair.server.recorder.errors.isEmpty)
    }

    @Test func revokedClientIsRefused() throws {
        let client = try client()
        let pair = try connected(client, lists: pki.revocationList { $0.revoked = [client] })
        #expect(pair.server.recorder.failures == [TLSFailure(.revoked)])
        #expect(pair.server.recorder.completions.isEmpty)
        // certificate_revoked
        #expect(pair.client.recorder.failures == [TLSFailure(.refusedByPeer, alert: 44)])
        let check = try #require(pair.server.recorder.failures.first?.check)
        #expect(check.serialNumber == (try Certificate(bytes: client.der).serialNumber))
        #expect(check.depth == 0)
        #expect(check.claimedURI == TLSContexts.uri)
    }

    @Test func theWholeChainNeedsLists() throws {
        let client = try client(intermediates: 1)
        let root = try pki.revocationList()
        let alone = try connected(client, lists: root)
        #expect(alone.server.recorder.failures == [TLSFailure(.revocationUnknown)])
        let both = try connected(
            client, lists: root, pki.revocationList(ofIssuerOf: client, isRevoking: false))
        #expect(both.server.recorder.completions.count == 1)
        let revoked = try connected(
            client, lists: root, pki.revocationList(ofIssuerOf: client, isRevoking: true))
        #expect(revoked.server.recorder.failures == [TLSFailure(.revoked)])
    }

    @Test func revokedIntermediateIsRefused() throws {
        let client = try client(intermediates: 1)
        let pair = try connected(
            client, lists: pki.revocationList(revokingIssuerOf: client),
            pki.revocationList(ofIssuerOf: client, isRevoking: false))
        #expect(pair.server.recorder.failures == [TLSFailure(.revoked)])
        #expect(pair.server.recorder.failures.first?.check?.depth == 1)
    }

    /// Nobody is let in by a list that is not valid now; the peer hears of a fault of this side.
    @Test(arguments: [(-7200, -3600), (3600, 7200)])
    func listThatIsNotValidNowLetsNobodyIn(thisUpdate: Int, nextUpdate: Int) throws {
        let list = try pki.revocationList {
            $0.thisUpdate = thisUpdate
            $0.nextUpdate = nextUpdate
        }
        let pair = try connected(client(), lists: list)
        #expect(pair.server.recorder.failures == [TLSFailure(.revocationUnknown)])
        #expect(pair.client.recorder.failures == [TLSFailure(.refusedByPeer, alert: 80)])
    }

    @Test func newestListOfAnIssuerCounts() throws {
        let client = try client()
        let old = try pki.revocationList { $0.thisUpdate = -7200 }
        let new = try pki.revocationList { $0.revoked = [client] }
        for lists in [[old, new], [new, old]] {
            let pair = try connected(client, lists: lists[0], lists[1])
            #expect(pair.server.recorder.failures == [TLSFailure(.revoked)])
        }
    }

    @Test func clientLooksTheServerUpToo() throws {
        let server = try pki.server()
        let path = try TLSLists.file(pki.revocationList { $0.revoked = [server] })
        let pair = try TLSPair.connected(
            client: .client(
                TLSContexts.configuration(client(), revocation: .lists([path])),
                serverName: "localhost"),
            server: .server(TLSContexts.configuration(server)))
        #expect(pair.client.recorder.failures == [TLSFailure(.revoked)])
        #expect(pair.client.recorder.completions.isEmpty)
    }

    @Test func pemAndDERAreKnownByContentInAFolder() throws {
        let client = try client()
        let list = try pki.revocationList { $0.revoked = [client] }
        let old = try pki.revocationList { $0.thisUpdate = -7200 }
        let folder = try TLSLists.folder([
            "a.pem": list.der, "b.der": Array(TestRevocationList.pem([old]).utf8),
            ".hidden": [1, 2, 3],
        ])
        let context = try TLSContexts.server(revocation: .lists([folder]))
        #expect(context.revocationLists.count == 2)
        let pair = try TLSPair.connected(
            client: .client(TLSContexts.configuration(client), serverName: "localhost"),
            server: context)
        #expect(pair.server.recorder.failures == [TLSFailure(.revoked)])
    }

    // MARK: Configuration

    private func problem(_ paths: [String]) -> TLSConfigurationError.Problem? {
        do {
            _ = try TLSContexts.server(revocation: .lists(paths))
            return nil
        } catch {
            return (error as? TLSConfigurationError)?.problem
        }
    }

    @Test func listsThatCannotBeUsedAreNamedAtTheStart() throws {
        #expect(problem(["/nowhere/crl.pem"]) == .missing)
        #expect(problem([]) == .authorityWithoutRevocationList)
        #expect(problem([try TLSLists.folder([:])]) == .noRevocationList)
        #expect(problem([try TLSLists.folder(["a": Array("nothing".utf8)])]) == .noRevocationList)
        let broken = "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"
        #expect(
            problem([try TLSLists.folder(["a": Array(broken.utf8)])]) == .malformedRevocationList)
        #expect(
            problem([try TLSLists.file(pki.revocationList { $0.authority = .unknown })])
                == .authorityWithoutRevocationList)
    }

    @Test func forgedAndEndlessListsAreRefused() throws {
        #expect(
            problem([try TLSLists.file(pki.revocationList { $0.signer = .unknown })])
                == .forgedRevocationList)
        #expect(
            problem([try TLSLists.file(pki.revocationList { $0.nextUpdate = nil })])
                == .endlessRevocationList)
    }

    @Test func filesAreCounted() throws {
        let list = try pki.revocationList().der
        let names = (0..<256).map { "\($0)" }
        let most = try TLSLists.folder(Dictionary(uniqueKeysWithValues: names.map { ($0, list) }))
        #expect(problem([most]) == nil)
        #expect(
            problem([most, try TLSLists.file(pki.revocationList())]) == .tooManyRevocationLists)
        try Data(list).write(to: URL(fileURLWithPath: most + "/more"))
        #expect(problem([most]) == .tooManyRevocationLists)
    }

    @Test func nextUpdateIsTheEarliestOfTheNewest() throws {
        let file = try TLSLists.file(
            pki.revocationList { $0.nextUpdate = 60 }, pki.revocationList { $0.nextUpdate = 7200 },
            pki.revocationList {
                $0.authority = .unknown
                $0.nextUpdate = 3600
            })
        let context = try TLSContexts.server(revocation: .lists([file]))
        let due = try #require(context.revocationLists.nextUpdateDue)
        #expect(abs(due - Timestamp.now().seconds - 3600) < 60)
    }
}
