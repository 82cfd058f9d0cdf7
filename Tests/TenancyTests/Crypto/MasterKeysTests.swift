import AuditProof
import Glibc
import Synchronization
import Testing

@testable import Tenancy

@Suite struct MasterKeysTests {
    @Test func aKeyThatIsNewInTheSourceIsFoundWithoutARestart() async throws {
        let folder = try MasterKeyFileTests.Folder()
        let old = Hex.encode(try SecureRandom.bytes(count: 32))
        let new = Hex.encode(try SecureRandom.bytes(count: 32))
        let keys = try MasterKeys(.file(path: folder.write(Array(old.utf8))))
        let oldID = keys.current.id
        let path = try folder.write(Array("\(new)\n\(old)\n".utf8))
        let newID = try MasterKeyFile.load(path: path).id
        #expect(try await keys.find(id: oldID).id == oldID)
        #expect(keys.current.id == oldID)
        #expect(try await keys.find(id: newID).id == newID)
        #expect(keys.current.id == newID)
        #expect(keys.ids == [newID, oldID])
        // Taken out of the file, it goes at the next reading.
        _ = try folder.write(Array(new.utf8))
        try await keys.reload()
        #expect(keys.ids == [newID])
        await #expect(throws: CryptoError.unknownMasterKey(id: oldID)) {
            try await keys.find(id: oldID)
        }
    }

    /// Keys that others ask for one, each in a task of its own.
    private final class Ring: Sendable {
        let keys = Mutex<MasterKeys?>(nil)
        let others = Mutex<[Task<String, any Error>]>([])

        func find(_ id: String) {
            let other = Task { try await keys.withLock { $0 }?.find(id: id).id ?? "" }
            others.withLock { $0.append(other) }
        }
    }

    /// Whoever meets the new key while another has the source read waits for that.
    @Test func allWhoMissAKeyWaitForOneReading() async throws {
        let old = try MasterKey(try SecretBytes.random(count: 32))
        let new = try MasterKey(try SecretBytes.random(count: 32))
        let reads = Counter()
        let ring = Ring()
        let keys = MasterKeys(current: old) {
            _ = reads.next()
            for _ in 0..<4 {
                ring.find(new.id)
            }
            // Long enough for them to ask.
            for _ in 0..<1_000 { await Task.yield() }
            return [new, old]
        }
        ring.keys.withLock { $0 = keys }
        #expect(try await keys.find(id: new.id).id == new.id)
        for other in ring.others.withLock({ $0 }) { #expect(try await other.value == new.id) }
        #expect(reads.next() == 2)
        ring.keys.withLock { $0 = nil }
    }

    /// A key that was asked for in vain keeps no other one waiting.
    @Test func theSourceIsNotAskedAgainForTheSameKeyAtOnceAndForAnotherItIs() async throws {
        let old = try MasterKey(try SecretBytes.random(count: 32))
        let new = try MasterKey(try SecretBytes.random(count: 32))
        let reads = Counter()
        let keys = MasterKeys(current: old) {
            reads.next() == 1 ? [old] : [new, old]
        }
        for _ in 0..<3 {
            await #expect(throws: CryptoError.unknownMasterKey(id: "00")) {
                try await keys.find(id: "00")
            }
        }
        #expect(try await keys.find(id: new.id).id == new.id)
        #expect(reads.next() == 3)
    }

    @Test func aSourceThatFailsLeavesTheKeysAsTheyWere() async throws {
        let folder = try MasterKeyFileTests.Folder()
        let digits = Hex.encode(try SecureRandom.bytes(count: 32))
        let keys = try MasterKeys(.file(path: folder.write(Array(digits.utf8))))
        _ = try folder.write(Array("rubbish".utf8))
        await #expect(throws: CryptoError.self) { try await keys.reload() }
        #expect(try await keys.find(id: keys.current.id).id == keys.current.id)
        await #expect(throws: CryptoError.unknownMasterKey(id: "0000000000000000")) {
            try await keys.find(id: "0000000000000000")
        }
    }

    /// What a slow source answers late is older than what it answered since.
    @Test func aReadingThatBeganEarlierDoesNotTakeBackALaterOne() async throws {
        let old = try MasterKey(try SecretBytes.random(count: 32))
        let new = try MasterKey(try SecretBytes.random(count: 32))
        let reads = Counter()
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let keys = MasterKeys(current: old) {
            guard reads.next() == 1 else { return [new, old] }
            beginning.finish()
            for await _ in released {}
            return [old]
        }
        let slow = Task { try await keys.reload() }
        for await _ in begun {}
        try await keys.reload()
        #expect(keys.current.id == new.id)
        release.finish()
        try await slow.value
        #expect(keys.ids == [new.id, old.id])
    }
}
