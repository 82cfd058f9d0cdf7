import NIOEmbedded
import TestSupport
import Testing

@testable import Wire

/// ClientHellos that no client of good will sends, and the alert that each gets (RFC 8446,
/// sections 4.1.2, 4.2 and 9.2).
@Suite struct TLSClientHelloTests {
    private enum Answer: Equatable {
        case serverHello
        case retryRequest
        case alert(UInt8)
        case nothing
    }

    private static let handshakeFailure = Answer.alert(40)
    private static let illegalParameter = Answer.alert(47)
    private static let decodeError = Answer.alert(50)
    private static let protocolVersion = Answer.alert(70)
    private static let missingExtension = Answer.alert(109)

    /// SHA-256 of "HelloRetryRequest", the random of a ServerHello that is one.
    private static let retryRandom: [UInt8] = [0xcf, 0x21, 0xad, 0x74]

    private func answer(
        behind more: [UInt8] = [], _ change: (inout ClientHello) -> Void = { _ in }
    ) throws -> Answer {
        var hello = ClientHello()
        change(&hello)
        return try answer(to: hello.records + more)
    }

    private func answer(to bytes: [UInt8]) throws -> Answer {
        let server = try TLSEnd(TLSContexts.server(), loop: EmbeddedEventLoop())
        try server.activate()
        try server.input(bytes)
        let output = try server.output()
        #expect(server.recorder.completions.isEmpty && server.recorder.reads.isEmpty)
        switch output.first {
        case 0x16?:
            return Array(output[11..<15]) == Self.retryRandom ? .retryRequest : .serverHello
        case 0x15? where output.count == 7:
            #expect(server.recorder.failures.count == 1 && !server.channel.isActive)
            return .alert(output[6])
        default: return .nothing
        }
    }

    private func isRefused(_ answer: Answer) -> Bool {
        if case .alert = answer { true } else { false }
    }

    @Test func goodHelloIsAnswered() throws {
        #expect(try answer() == .serverHello)
    }

    @Test func orderOfExtensionsCountsForNothing() throws {
        for turn in 1..<5 {
            #expect(
                try answer {
                    $0.extensions = Array($0.extensions[turn...] + $0.extensions[..<turn])
                } == .serverHello)
        }
    }

    @Test func unknownExtensionsInLargeNumbersArePassedOver() throws {
        #expect(
            try answer { hello in
                hello.extensions += (0..<5000).map {
                    .init(type: UInt16(0x8000 + $0), content: [1, 2, 3])
                }
            } == .serverHello)
        #expect(
            try answer { $0.set(ClientHello.Kind.padding, [UInt8](repeating: 0, count: 40_000)) }
                == .serverHello)
    }

    // MARK: Versions

    @Test func versionsAreNegotiatedByTheirExtension() throws {
        let versions = ClientHello.Kind.supportedVersions
        #expect(try answer { $0.set(versions, [4, 0x7f, 0x1c, 3, 4]) } == .serverHello)
        #expect(try answer { $0.set(versions, [4, 3, 3, 3, 4]) } == .serverHello)
        #expect(try answer { $0.set(versions, [2, 3, 3]) } == Self.protocolVersion)
        #expect(try answer { $0.set(versions, [2, 3, 5]) } == Self.protocolVersion)
        #expect(try answer { $0.set(versions, nil) } == Self.protocolVersion)
        #expect(isRefused(try answer { $0.set(versions, [0]) }))
        #expect(isRefused(try answer { $0.set(versions, [3, 3, 4, 3]) }))
    }

    @Test(arguments: [[3, 0], [3, 1], [3, 4], [3, 0x7f], [2, 0]] as [[UInt8]])
    func legacyVersionIsNotTheVersion(version: [UInt8]) throws {
        let answer = try answer { $0.legacyVersion = version }
        // OpenSSL reads on or refuses, but never falls back.
        #expect(answer == .serverHello || isRefused(answer), "\(answer)")
    }

    // MARK: Parameters

    @Test func keyShareOfAnotherGroupIsAskedForAgain() throws {
        let share = ClientHello.Kind.keyShare
        #expect(try answer { $0.set(share, [0, 0]) } == .retryRequest)
        #expect(
            try answer {
                $0.set(ClientHello.Kind.supportedGroups, [0, 4, 0, 30, 0, 29])
                $0.set(share, ClientHello.share(group: 30, [UInt8](repeating: 1, count: 56)))
            } == .retryRequest)
    }

    @Test func badKeySharesAreRefused() throws {
        let share = ClientHello.Kind.keyShare
        let point = [4] + [UInt8](repeating: 1, count: 64)
        #expect(
            try answer {
                $0.set(ClientHello.Kind.supportedGroups, [0, 2, 0, 23])
                $0.set(share, ClientHello.share(group: 23, point))
            } == Self.illegalParameter)
        #expect(
            try answer { $0.set(share, ClientHello.share(group: 29, [1, 2, 3])) }
                == Self.illegalParameter)
        #expect(
            try answer { $0.set(share, ClientHello.share(group: 23, point)) }
                == Self.illegalParameter)
        #expect(try answer { $0.set(share, [0, 9, 0, 29]) } == Self.decodeError)
        // A point of small order, of which the secret would be known to everybody.
        let zero = [UInt8](repeating: 0, count: 32)
        #expect(isRefused(try answer { $0.set(share, ClientHello.share(group: 29, zero)) }))
    }

    @Test(arguments: [[1], [19], [21, 22], [256], [0x6399]] as [[UInt16]])
    func obsoleteGroupsAreRefused(groups: [UInt16]) throws {
        #expect(
            try answer { hello in
                hello.set(
                    ClientHello.Kind.supportedGroups,
                    ClientHello.sized(2, groups.flatMap(ClientHello.bytes)))
                hello.set(
                    ClientHello.Kind.keyShare,
                    ClientHello.share(group: groups[0], [UInt8](repeating: 4, count: 49)))
            } == Self.handshakeFailure)
    }

    @Test func whatTLS13NeedsIsMissed() throws {
        for type in [
            ClientHello.Kind.supportedGroups, ClientHello.Kind.signatureAlgorithms,
            ClientHello.Kind.keyShare,
        ] {
            #expect(try answer { $0.set(type, nil) } == Self.missingExtension, "\(type)")
        }
    }

    @Test(
        arguments: [
            // rsa_pkcs1_sha1, ecdsa_sha1, dsa_sha256; then what the server's own key cannot sign with.
            [2, 1], [2, 3], [4, 2], [8, 4], [5, 3],
        ] as [[UInt8]])
    func signatureAlgorithmsWithoutOursAreRefused(algorithm: [UInt8]) throws {
        #expect(
            try answer {
                $0.set(
                    ClientHello.Kind.signatureAlgorithms, ClientHello.sized(2, algorithm))
            } == Self.handshakeFailure)
    }

    @Test func cipherSuitesAreThoseOfTLS13() throws {
        #expect(try answer { $0.cipherSuites = [0x5a, 0x5a, 0x13, 0x01] } == .serverHello)
        for suite: [UInt8] in [[0xc0, 0x2f], [0x13, 0x05], [0, 0x2f], [0, 0], [0x5a, 0x5a]] {
            #expect(try answer { $0.cipherSuites = suite } == Self.handshakeFailure, "\(suite)")
        }
        #expect(try answer { $0.cipherSuites = [0x13, 0x01, 0x13] } == Self.decodeError)
        #expect(isRefused(try answer { $0.cipherSuites = [] }))
    }

    // MARK: Form

    @Test func brokenHellosAreRefused() throws {
        #expect(try answer { $0.compressionMethods = [0, 1] } == Self.illegalParameter)
        #expect(isRefused(try answer { $0.compressionMethods = [1] }))
        #expect(
            try answer { $0.sessionID = [UInt8](repeating: 1, count: 33) } == Self.decodeError)
        #expect(try answer { $0.trailer = [0] } == Self.decodeError)
        #expect(
            try answer { $0.extensions.append($0.extensions[0]) } == Self.illegalParameter)
        #expect(try answer { $0.set(ClientHello.Kind.alpn, []) } == Self.decodeError)
    }

    @Test func recordsWithoutAMessageAreRefused() throws {
        #expect(try answer(to: [0x16, 3, 1, 0, 0]) != .serverHello)
        #expect(
            try answer(to: [0x16, 3, 1, 0x48, 1] + [UInt8](repeating: 1, count: 100)) != .nothing)
    }

    // MARK: Resumption and early data

    @Test func ticketThatNobodyIssuedIsPassedOver() throws {
        #expect(
            try answer {
                $0.set(ClientHello.Kind.keyExchangeModes, [1, 1])
                $0.set(ClientHello.Kind.preSharedKey, ClientHello.ticket)
            } == .serverHello)
    }

    @Test func ticketWithoutItsRulesIsRefused() throws {
        #expect(
            try answer { $0.set(ClientHello.Kind.preSharedKey, ClientHello.ticket) }
                == Self.missingExtension)
        #expect(
            try answer {
                $0.set(ClientHello.Kind.keyExchangeModes, [1, 1])
                $0.set(ClientHello.Kind.preSharedKey, ClientHello.ticket)
                $0.set(ClientHello.Kind.padding, [0])
            } == Self.illegalParameter)
    }

    /// Nobody has a ticket that would allow it, so that it is not passed over but refused.
    @Test func earlyDataIsRefused() throws {
        let server = try TLSEnd(TLSContexts.server(), loop: EmbeddedEventLoop())
        try server.activate()
        var hello = ClientHello()
        hello.set(ClientHello.Kind.earlyData, [])
        hello.set(ClientHello.Kind.keyExchangeModes, [1, 1])
        hello.set(ClientHello.Kind.preSharedKey, ClientHello.ticket)
        let garbage = [0x17, 3, 3, 0, 100] + [UInt8](repeating: 0x61, count: 100)
        try server.input(hello.records + garbage)
        #expect(server.recorder.reads.isEmpty)
        #expect(server.recorder.failures == [TLSFailure(.protocolViolation)])
        #expect(!server.channel.isActive)
    }

    @Test func changeCipherSpecIsPassedOverAndAFloodOfItIsNot() throws {
        let change: [UInt8] = [0x14, 3, 3, 0, 1, 1]
        #expect(try answer(behind: change) == .serverHello)
        let server = try TLSEnd(TLSContexts.server(), loop: EmbeddedEventLoop())
        try server.activate()
        try server.input(ClientHello().records)
        for _ in 0..<100 where server.channel.isActive { try server.input(change) }
        #expect(server.recorder.failures == [TLSFailure(.protocolViolation)])
        #expect(!server.channel.isActive)
    }

    @Test(
        arguments: [
            // A Finished in the clear, an alert that says nothing, an empty alert, data.
            [0x16, 3, 3, 0, 4, 20, 0, 0, 0], [0x15, 3, 3, 0, 2, 1, 90], [0x15, 3, 3, 0, 0],
            [0x17, 3, 3, 0, 1, 0],
        ] as [[UInt8]])
    func plaintextInTheMiddleOfTheHandshakeLetsNobodyIn(bytes: [UInt8]) throws {
        let server = try TLSEnd(TLSContexts.server(), loop: EmbeddedEventLoop())
        try server.activate()
        try server.input(ClientHello().records)
        for _ in 0..<20 where server.channel.isActive { try server.input(bytes) }
        #expect(server.recorder.completions.isEmpty)
        #expect(server.recorder.failures.count == 1)
        #expect(!server.channel.isActive)
    }
}
