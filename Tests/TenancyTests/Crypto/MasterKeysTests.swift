import Glibc
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
}
