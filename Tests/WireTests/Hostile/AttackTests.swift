import Contract
import Foundation
import HostilePeers
import TestSupport
import Testing

@testable import Wire

/// Each attack of `make hostile` on a small scale: it reaches the server, the server counts what it
/// has refused, and a client that was there before is answered all the while.
///
/// What others feel of the attacks in full is measured by `Hostile/run`, which needs a quiet machine.
@Suite struct AttackTests {
    struct Expectation: Sendable, CustomTestStringConvertible {
        let attack: String
        /// What the server counts; nil where the attack breaks no rule in so short a time.
        let reason: String?

        var testDescription: String { attack }
    }

    private static let expectations: [Expectation] = [
        .init(attack: "silent", reason: nil),
        .init(attack: "half-hello", reason: nil),
        .init(attack: "idle", reason: nil),
        .init(attack: "hello-storm", reason: "closedInHandshake"),
        .init(attack: "handshakes-good", reason: nil),
        .init(attack: "handshakes-strange", reason: "unknownCA"),
        .init(attack: "handshakes-none", reason: "noCertificate"),
        .init(attack: "key-updates", reason: nil),
        .init(attack: "drip-handshake", reason: nil),
        .init(attack: "drip-hello", reason: nil),
        .init(attack: "drip-frame", reason: nil),
        .init(attack: "unfinished", reason: nil),
        .init(attack: "garbage", reason: "notTLS"),
        .init(attack: "garbage-frames", reason: "PROTOCOL_ERROR"),
        .init(attack: "pings", reason: "TOO_MANY_PINGS"),
        .init(attack: "frames-too-large", reason: "FRAME_TOO_LARGE"),
        .init(attack: "resets", reason: "CANCELLED"),
        .init(attack: "unknown-methods", reason: "UNKNOWN_SERVICE"),
        .init(attack: "metadata", reason: nil),
        .init(attack: "metadata-too-much", reason: "METADATA_TOO_LARGE"),
        .init(attack: "unread", reason: nil),
        .init(attack: "calls", reason: nil),
    ]

    @Test func everyAttackIsTried() {
        #expect(Set(Attack.all.map(\.name)) == Set(Self.expectations.map(\.attack)))
    }

    @Test(arguments: expectations) func othersAreAnswered(_ expected: Expectation) async throws {
        let attack = try #require(Attack.named(expected.attack))
        try await TestServer.run { server in
            let good = EchoServiceClient(try await server.connect())
            let run = try AttackRun(attack, on: try Self.target(server), scale: 0.05)
            var calls = 0
            // The attack goes on until it has had its effect; every call of the good client counts.
            repeat {
                let text = "call \(calls)"
                let answer = try await good.echo(.with { $0.text = text })
                #expect(answer.text == text)
                calls += 1
            } while calls < 50
                || calls < 50_000 && !Self.hasHadItsEffect(expected.reason, server)
            let fate = try await ended(run)
            #expect(fate["connected", default: 0] > 0, "\(fate)")
            #expect(Self.hasHadItsEffect(expected.reason, server), "\(server.server.statistics)")
            // Somebody else gets in.
            _ = try await EchoServiceClient(try await server.connect()).echo(EchoRequest())
        }
    }

    private static func hasHadItsEffect(_ reason: String?, _ server: TestServer) -> Bool {
        let statistics = server.server.statistics
        guard let reason else { return statistics.connectionsAccepted > 1 }
        return statistics.endsByReason[reason, default: 0] > 0
    }

    /// Waits for the attack's threads on a thread of its own.
    private func ended(_ run: AttackRun) async throws -> [String: Int] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try run.end() })
            }
        }
    }

    private static func target(_ server: TestServer) throws -> Target {
        let pki = try TestPKI.shared
        let good = try pki.issue(uris: ["urn:icds:municipality:564:casework"])
        let strange = try pki.issue(uris: ["urn:icds:municipality:091:casework"], ca: .unknown)
        return Target(
            port: UInt16(server.port), certificate: good.certificatePath, key: good.keyPath,
            strangeCertificate: strange.certificatePath, strangeKey: strange.keyPath,
            addresses: 8)
    }
}
