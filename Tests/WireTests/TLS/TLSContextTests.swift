import COpenSSL
import Foundation
import TestSupport
import Testing

@testable import Wire

@Suite struct TLSContextTests {
    private func error(
        _ change: (inout TLSConfiguration) throws -> Void
    ) throws -> TLSConfigurationError? {
        var configuration = try TLSContexts.configuration(TestPKI.shared.server())
        try change(&configuration)
        do {
            _ = try TLSContext.server(configuration)
            return nil
        } catch {
            return error
        }
    }

    private func file(_ content: String, mode: Int = 0o600) throws -> String {
        let path = try "\(TestPKI.shared.folder)/\(UUID().uuidString)"
        _ = FileManager.default.createFile(
            atPath: path, contents: Data(content.utf8), attributes: [.posixPermissions: mode])
        return path
    }

    @Test func goodFilesMakeAContext() throws {
        let issued = try TestPKI.shared.server()
        let context = try TLSContext.server(TLSContexts.configuration(issued))
        #expect(context.certificate.der == issued.der)
    }

    @Test func missingFileIsNamed() throws {
        #expect(
            try error { $0.certificateChainFile = "/nowhere/server.pem" }
                == TLSConfigurationError(.missing, "/nowhere/server.pem"))
        #expect(
            try error { $0.privateKeyFile = "/nowhere/server.key" }
                == TLSConfigurationError(.missing, "/nowhere/server.key"))
        #expect(
            try error { $0.trustedAuthorityFiles += ["/nowhere/ca.pem"] }
                == TLSConfigurationError(.missing, "/nowhere/ca.pem"))
    }

    @Test func folderIsNotAFile() throws {
        let folder = try TestPKI.shared.folder
        #expect(
            try error { $0.privateKeyFile = folder } == TLSConfigurationError(.notAFile, folder))
    }

    @Test func emptyAndOversizedFilesAreRefused() throws {
        let empty = try file("")
        #expect(
            try error { $0.certificateChainFile = empty } == TLSConfigurationError(.empty, empty))
        let large = try file(String(repeating: "x", count: 1024 * 1024 + 1))
        #expect(
            try error { $0.certificateChainFile = large } == TLSConfigurationError(.tooLarge, large)
        )
    }

    @Test func fileWithoutCertificateIsRefused() throws {
        let text = try file("There is nothing here.")
        #expect(try error { $0.certificateChainFile = text }?.problem == .noCertificate)
        let broken = try file("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        #expect(try error { $0.certificateChainFile = broken }?.problem == .malformedCertificate)
        #expect(try error { $0.trustedAuthorityFiles = [text] }?.problem == .noCertificate)
    }

    @Test func keyOfAnotherCertificateIsRefused() throws {
        let other = try TestPKI.shared.server().keyPath
        #expect(
            try error { $0.privateKeyFile = other }
                == TLSConfigurationError(.keyDoesNotMatch, other))
    }

    @Test func certificateInPlaceOfKeyIsRefused() throws {
        #expect(
            try error {
                $0.privateKeyFile = try file(
                    String(contentsOfFile: $0.certificateChainFile, encoding: .utf8))
            }?.problem == .noPrivateKey)
    }

    @Test func keyThatEverybodyCanReadIsRefused() throws {
        #expect(
            try error {
                $0.privateKeyFile = try file(
                    String(contentsOfFile: $0.privateKeyFile, encoding: .utf8), mode: 0o644)
            }?.problem == .keyAccessibleToEverybody)
    }

    @Test func encryptedKeyIsRefusedWithoutAskingAnybody() throws {
        let context = EVP_PKEY_CTX_new_from_name(nil, "X25519", nil)
        var key: OpaquePointer?
        #expect(EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_generate(context, &key) == 1)
        EVP_PKEY_CTX_free(context)
        let bio = BIO_new(BIO_s_mem())
        PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_256_cbc(), "secret", 6, nil, nil)
        EVP_PKEY_free(key)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = BIO_read(bio, &bytes, 4096)
        BIO_free(bio)
        let path = try file(String(decoding: bytes.prefix(Int(count)), as: UTF8.self))
        #expect(
            try error { $0.privateKeyFile = path }
                == TLSConfigurationError(.encryptedPrivateKey, path))
    }

    @Test func noAuthorityIsNotTheSystemsAuthorities() throws {
        #expect(try error { $0.trustedAuthorityFiles = [] }?.problem == .noTrustedAuthority)
    }

    @Test(arguments: ["", "two words", "a/b", "fe80::zz", String(repeating: "a", count: 254)])
    func badServerNameIsRefused(name: String) throws {
        let configuration = try TLSContexts.configuration(TestPKI.shared.issue(uris: []))
        #expect(throws: TLSConfigurationError(.badServerName, name)) {
            _ = try TLSContext.client(configuration, serverName: name)
        }
    }

    @Test func derIsKnownByItsContent() throws {
        let issued = try TestPKI.shared.server()
        let path = try "\(TestPKI.shared.folder)/\(UUID().uuidString).pem"
        try Data(issued.der).write(to: URL(fileURLWithPath: path))
        #expect(
            try error {
                $0.certificateChainFile = path
                $0.privateKeyFile = issued.keyPath
            } == nil)
    }

    @Test func ownCertificateThatCannotBeReadIsRefused() throws {
        let issued = try TestPKI.shared.issue(uris: ["urn:icds:county:08:casework\0"])
        #expect(
            try error {
                $0.certificateChainFile = issued.certificatePath
                $0.privateKeyFile = issued.keyPath
            }?.problem == .malformedCertificate)
    }
}
