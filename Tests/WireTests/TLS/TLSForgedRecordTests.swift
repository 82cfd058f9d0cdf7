import COpenSSL
import NIOEmbedded
import TestSupport
import Testing

@testable import Wire

/// Records after the handshake that no client of good will sends, made by hand with a client's own
/// keys. The peer gets an alert (RFC 8446, section 6) and the connection ends.
@Suite struct TLSForgedRecordTests {
    private final class Connection {
        let server: TLSEnd
        let client: RawTLSClient
        var forger: RecordForger

        init(recordsWithoutDataMax: Int = TLSLimits.standard.recordsWithoutDataMax) throws {
            var limits = TLSLimits()
            limits.recordsWithoutDataMax = recordsWithoutDataMax
            server = try TLSEnd(TLSContexts.server(limits: limits), loop: EmbeddedEventLoop())
            try server.activate()
            client = try RawTLSClient(
                certificate: TestPKI.shared.issue(uris: [TLSContexts.uri]),
                ciphers: RecordForger.cipher)
            try client.pump(with: server)
            forger = RecordForger(secret: try #require(client.secrets["CLIENT_TRAFFIC_SECRET_0"]))
        }

        func send(_ type: Int32, _ content: [UInt8], padding: Int = 0) throws {
            try send(raw: forger.record(type, content, padding: padding))
        }

        func send(inner: [UInt8]) throws { try send(raw: forger.record(inner: inner)) }

        func send(raw bytes: [UInt8]) throws {
            if server.channel.isActive { try server.input(bytes) }
        }

        /// What the server has sent in answer.
        func alert() throws -> Int32? {
            client.receive(try server.output())
            return client.readAlert()
        }
    }

    private static let unexpectedMessage: Int32 = 10
    private static let badRecordMAC: Int32 = 20
    private static let recordOverflow: Int32 = 22
    private static let illegalParameter: Int32 = 47

    private static let keyUpdate: [UInt8] = [24, 0, 0, 1, 0]

    @Test func forgedDataIsTakenForTheClients() throws {
        let connection = try Connection()
        try connection.send(SSL3_RT_APPLICATION_DATA, [1, 2])
        try connection.send(SSL3_RT_APPLICATION_DATA, [3])
        #expect(connection.server.recorder.bytes == [1, 2, 3])
    }

    @Test(arguments: [0, 1, 1000, 16_384 - 2])
    func paddingIsTakenOff(count: Int) throws {
        let connection = try Connection()
        try connection.send(SSL3_RT_APPLICATION_DATA, [7, 0], padding: count)
        #expect(connection.server.recorder.bytes == [7, 0])
        #expect(connection.server.recorder.errors.isEmpty)
    }

    /// Handshake messages that only a server may send, or nobody after the handshake: among them
    /// the certificate of an authentication that was never asked for.
    @Test(
        arguments: [
            [1, 0, 0, 0], [2, 0, 0, 0], [4, 0, 0, 0], [5, 0, 0, 0], [8, 0, 0, 0], [11, 0, 0, 0],
            [13, 0, 0, 0], [15, 0, 0, 0], [20, 0, 0, 0], [254, 0, 0, 0],
        ] as [[UInt8]])
    func handshakeMessagesAfterTheHandshakeAreRefused(message: [UInt8]) throws {
        let connection = try Connection()
        try connection.send(SSL3_RT_HANDSHAKE, message)
        #expect(connection.server.recorder.failures == [TLSFailure(.protocolViolation)])
        #expect(try connection.alert() == Self.unexpectedMessage)
    }

    @Test func keyUpdateThatSaysNothingKnownIsRefused() throws {
        let connection = try Connection()
        try connection.send(SSL3_RT_HANDSHAKE, [24, 0, 0, 1, 2])
        #expect(try connection.alert() == Self.illegalParameter)
        let long = try Connection()
        try long.send(SSL3_RT_HANDSHAKE, [24, 0, 0, 2, 0, 0])
        #expect(try long.alert() != nil)
    }

    @Test func messageBehindAKeyUpdateIsRefused() throws {
        let connection = try Connection()
        try connection.send(SSL3_RT_HANDSHAKE, Self.keyUpdate + Self.keyUpdate)
        #expect(try connection.alert() == Self.unexpectedMessage)
    }

    @Test(arguments: [[], [0], [UInt8](repeating: 0, count: 500)])
    func recordWithoutATypeIsRefused(inner: [UInt8]) throws {
        let connection = try Connection()
        try connection.send(inner: inner)
        #expect(connection.server.recorder.failures.count == 1)
        if !inner.isEmpty { #expect(try connection.alert() == Self.unexpectedMessage) }
    }

    @Test(arguments: [1, 20, 24, 25, 99, 255] as [Int32])
    func unknownTypesAreRefused(type: Int32) throws {
        let connection = try Connection()
        try connection.send(type, [1])
        #expect(connection.server.recorder.failures == [TLSFailure(.protocolViolation)])
        #expect(try connection.alert() == Self.unexpectedMessage)
    }

    @Test func largestRecordIsTakenAndALargerOneIsNot() throws {
        let connection = try Connection()
        try connection.send(SSL3_RT_APPLICATION_DATA, [UInt8](repeating: 1, count: 16_384))
        #expect(connection.server.recorder.bytes.count == 16_384)
        try connection.send(SSL3_RT_APPLICATION_DATA, [UInt8](repeating: 1, count: 16_385))
        #expect(try connection.alert() == Self.recordOverflow)
    }

    @Test(
        arguments: [
            // A plaintext alert, a change_cipher_spec, data in the clear, a ClientHello.
            ([0x15, 3, 3, 0, 2, 1, 0], 10), ([0x14, 3, 3, 0, 1, 1], 10),
            ([0x17, 3, 3, 0, 20] + [UInt8](repeating: 9, count: 20), 20),
            ([0x16, 3, 3, 0, 4, 1, 0, 0, 0], 10),
        ] as [([UInt8], Int32)])
    func plaintextAfterTheHandshakeIsRefused(bytes: [UInt8], alert: Int32) throws {
        let connection = try Connection()
        try connection.send(raw: bytes)
        #expect(connection.server.recorder.failures == [TLSFailure(.protocolViolation)])
        #expect(connection.server.recorder.reads.isEmpty)
        #expect(try connection.alert() == alert)
    }

    @Test(arguments: [[], [2], [2, 40, 0]] as [[UInt8]])
    func brokenAlertsAreRefused(content: [UInt8]) throws {
        let connection = try Connection()
        try connection.send(SSL3_RT_ALERT, content)
        #expect(connection.server.recorder.failures == [TLSFailure(.protocolViolation)])
    }

    /// The level counts for nothing in TLS 1.3.
    @Test(arguments: [1, 2] as [UInt8])
    func alertOfTheClientIsNamed(level: UInt8) throws {
        let connection = try Connection()
        try connection.send(SSL3_RT_ALERT, [level, 46])
        #expect(connection.server.recorder.failures == [TLSFailure(.refusedByPeer, alert: 46)])
    }

    // MARK: Traffic that brings nothing

    @Test func emptyRecordsUpToTheLimitAreTaken() throws {
        let connection = try Connection(recordsWithoutDataMax: 5)
        for _ in 0..<5 { try connection.send(SSL3_RT_APPLICATION_DATA, []) }
        try connection.send(SSL3_RT_APPLICATION_DATA, [7])
        #expect(connection.server.recorder.bytes == [7])
        #expect(connection.server.recorder.errors.isEmpty)
    }

    @Test func emptyRecordsOverTheLimitAreCutOff() throws {
        let connection = try Connection(recordsWithoutDataMax: 5)
        for _ in 0..<6 {
            try connection.send(SSL3_RT_APPLICATION_DATA, [], padding: 100)
            try connection.send(SSL3_RT_APPLICATION_DATA, [7])
        }
        let failures = connection.server.recorder.failures
        #expect(failures == [TLSFailure(.tooManyRecordsWithoutData)])
        // The record that shows the last empty one is still read.
        #expect(connection.server.recorder.bytes == [7, 7, 7, 7, 7, 7])
    }

    @Test func warningsOverTheLimitAreCutOff() throws {
        let connection = try Connection(recordsWithoutDataMax: 5)
        let userCanceled: [UInt8] = [1, 90]
        for index in 0..<6 {
            #expect(connection.server.recorder.errors.isEmpty, "\(index)")
            try connection.send(SSL3_RT_ALERT, userCanceled)
            try connection.send(SSL3_RT_APPLICATION_DATA, [7])
        }
        #expect(connection.server.recorder.reason == .tooManyRecordsWithoutData)
    }

    @Test func partsOfHandshakeMessagesCount() throws {
        let connection = try Connection(recordsWithoutDataMax: 3)
        for byte in Self.keyUpdate.dropLast() {
            try connection.send(SSL3_RT_HANDSHAKE, [byte])
        }
        #expect(connection.server.recorder.reason == .tooManyRecordsWithoutData)
    }

    /// At the limit the end of a connection is still a good one.
    @Test func closeNotifyDoesNotCount() throws {
        let connection = try Connection(recordsWithoutDataMax: 0)
        try connection.send(SSL3_RT_APPLICATION_DATA, [7])
        try connection.send(SSL3_RT_ALERT, [1, 0])
        #expect(connection.server.recorder.inputClosed == [TLSInputClosed(clean: true)])
        #expect(connection.server.recorder.errors.isEmpty)
    }
}
