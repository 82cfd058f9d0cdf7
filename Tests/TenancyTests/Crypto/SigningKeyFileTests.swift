import AuditProof
import Glibc
import TestSupport
import Testing

@testable import Tenancy

/// The file of the key that signs seals and checkpoints.
@Suite struct SigningKeyFileTests {
    private typealias Folder = MasterKeyFileTests.Folder

    @Test func aKeyIsCreatedOnceForItsOwnerAloneAndReadBack() throws {
        let folder = try Folder()
        let path = folder.path + "/key"
        let created = try SigningKeyFile.create(path: path)
        var status = stat()
        try #require(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let loaded = try SigningKeyFile.load(path: path)
        #expect(loaded.publicKey == created.publicKey)
        #expect(try loaded.sign([1, 2]) == created.sign([1, 2]))
        #expect(throws: CryptoError.self) { try SigningKeyFile.create(path: path) }
        #expect(try SigningKeyFile.load(path: path).publicKey == created.publicKey)
    }

    @Test(arguments: [mode_t(0o640), 0o604, 0o660, 0o666])
    func aFileThatOthersMayUseIsRefused(mode: mode_t) throws {
        let folder = try Folder()
        let path = try folder.write(try SigningKey.generate().pem(), mode: mode)
        #expect(throws: CryptoError.self) { try SigningKeyFile.load(path: path) }
        try #require(chmod(path, 0o400) == 0)
        _ = try SigningKeyFile.load(path: path)
    }

    @Test func aLinkAFolderAndAMissingFileAreRefused() throws {
        let folder = try Folder()
        let path = try folder.write(try SigningKey.generate().pem())
        try #require(symlink(path, folder.path + "/link") == 0)
        for other in [folder.path + "/link", folder.path, folder.path + "/none"] {
            #expect(throws: CryptoError.self) { try SigningKeyFile.load(path: other) }
        }
    }

    /// Nothing, no PEM, a key of another algorithm, a certificate, and more than a key can be.
    @Test func whatIsNoKeyOfThisKindIsRefused() throws {
        let folder = try Folder()
        let certificate = try TestPKI.shared.server()
        let contents = try [
            [], Array("not a key".utf8), SecureRandom.bytes(count: 32),
            bytes(of: certificate.keyPath), bytes(of: certificate.certificatePath),
            SigningKey.generate().pem() + [UInt8](repeating: 10, count: 4_096),
            SigningKey.generate().pem().dropLast(40),
        ]
        for content in contents {
            let path = try folder.write(content)
            #expect(throws: CryptoError.self) { try SigningKeyFile.load(path: path) }
        }
    }

    /// What is said of a file that is refused holds nothing of it.
    @Test func aRefusalHasNothingOfTheFile() throws {
        let folder = try Folder()
        let path = try folder.write(Array("Secret of the operator".utf8))
        let error = try #require(throws: CryptoError.self) { try SigningKeyFile.load(path: path) }
        #expect(!"\(error)".contains("Secret"))
    }

    private func bytes(of path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        return Array(bytes.prefix(max(0, read(descriptor, &bytes, bytes.count))))
    }
}
