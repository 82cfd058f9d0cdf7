import AuditProof
import Glibc
import Testing

@testable import Tenancy

@Suite struct MasterKeyFileTests {
    /// A folder of its own, gone with the value.
    final class Folder {
        let path: String

        init() throws {
            var template = Array("/tmp/icds-key-XXXXXX".utf8CString)
            path = try #require(mkdtemp(&template).map { String(cString: $0) })
        }

        deinit {
            for name in ["key", "link"] { unlink(path + "/" + name) }
            rmdir(path)
        }

        func write(_ bytes: [UInt8], mode: mode_t = 0o600) throws -> String {
            let file = path + "/key"
            let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, mode)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
            try #require(fchmod(descriptor, mode) == 0)
            return file
        }
    }

    @Test func bytesAndHexadecimalDigitsGiveTheSameKey() throws {
        let folder = try Folder()
        let bytes = try SecureRandom.bytes(count: 32)
        let fromBytes = try MasterKeyFile.load(path: folder.write(bytes))
        let text = Array(Hex.encode(bytes).utf8)
        let fromText = try MasterKeyFile.load(path: folder.write(text))
        let fromLine = try MasterKeyFile.load(path: folder.write(text + [10], mode: 0o400))
        #expect(fromBytes.id == fromText.id)
        #expect(fromBytes.id == fromLine.id)
        #expect(fromBytes.id.count == 16)
    }

    @Test(arguments: [0, 31, 33, 63, 66, 128, 4_000])
    func anotherLengthIsRefused(count: Int) throws {
        let folder = try Folder()
        let path = try folder.write([UInt8](repeating: UInt8(ascii: "a"), count: count))
        #expect(throws: CryptoError.self) { try MasterKeyFile.load(path: path) }
    }

    @Test(arguments: [mode_t(0o640), 0o604, 0o660, 0o666])
    func aFileThatOthersMayUseIsRefused(mode: mode_t) throws {
        let folder = try Folder()
        let path = try folder.write(try SecureRandom.bytes(count: 32), mode: mode)
        #expect(throws: CryptoError.self) { try MasterKeyFile.load(path: path) }
    }

    @Test func aLinkAndAMissingFileAreRefused() throws {
        let folder = try Folder()
        let path = try folder.write(try SecureRandom.bytes(count: 32))
        try #require(symlink(path, folder.path + "/link") == 0)
        #expect(throws: CryptoError.self) { try MasterKeyFile.load(path: folder.path + "/link") }
        #expect(throws: CryptoError.self) { try MasterKeyFile.load(path: folder.path + "/none") }
        #expect(throws: CryptoError.self) { try MasterKeyFile.load(path: folder.path) }
    }

    @Test func aKeyIsCreatedOnceAndReadBack() throws {
        let folder = try Folder()
        let created = try MasterKeyFile.create(path: folder.path + "/key")
        #expect(try MasterKeyFile.load(path: folder.path + "/key").id == created.id)
        #expect(throws: CryptoError.self) {
            try MasterKeyFile.create(path: folder.path + "/key")
        }
    }
}
