import TestSupport
import Testing
import Wire

@testable import Tenancy

@Suite struct SecretHeapTests {
    @Test func keysLieInTheSecretHeapAndTextsDoNot() throws {
        #expect(try SecretBytes.random(count: 32).withUnsafeBytes { SecretHeap.holds($0) })
        #expect(try !SecretBytes.random(count: 65).withUnsafeBytes { SecretHeap.holds($0) })
        // More than our part has room for.
        let many = try (0..<20_000).map { _ in try SecretBytes.random(count: 32) }
        #expect(many.contains { key in key.withUnsafeBytes { !SecretHeap.holds($0) } })
        #expect(many.allSatisfy { $0.count == 32 })
    }

    @Test func whatIsGivenBackIsThereAgain() throws {
        for _ in 0..<3 {
            let many = try (0..<15_000).map { _ in try SecretBytes.random(count: 32) }
            #expect(many.allSatisfy { key in key.withUnsafeBytes { SecretHeap.holds($0) } })
        }
    }

    /// OpenSSL has a key of 128 bytes at most there for each connection, besides ours.
    @Test func thereIsRoomForOurKeysAndForThoseOfAllConnections() {
        #expect(SecretRoom.standardConnectionsMax == Limits.default.connectionsMax)
        for connectionsMax in [1, 1_000, Limits.default.connectionsMax, 65_536] {
            let room = SecretRoom(connectionsMax: connectionsMax)
            let ours = 2 * 512 * (3 * 5 + 1) * 32
            #expect(room.ownByteCount >= ours)
            #expect(room.byteCount >= room.ownByteCount + connectionsMax * 128 + 1 << 16)
            #expect(room.byteCount.nonzeroBitCount == 1)
        }
        #expect(SecretRoom(connectionsMax: Limits.default.connectionsMax).byteCount == 1 << 21)
    }
}
