import COpenSSL
import NIOEmbedded
import TestSupport
import Testing

@testable import Wire

@Suite struct TLSPolicyTests {
    private func server(_ policy: TLSPolicy) throws -> TLSEnd {
        var configuration = try TLSContexts.configuration(TestPKI.shared.server())
        configuration.policy = policy
        let server = try TLSEnd(.server(configuration), loop: EmbeddedEventLoop())
        try server.activate()
        return server
    }

    private func certificate() throws -> IssuedCertificate {
        try TestPKI.shared.issue(uris: [TLSContexts.uri])
    }

    /// Whatever is allowed is something that OpenSSL knows.
    @Test func everythingAllowedMakesAContext() throws {
        let policy = try TLSPolicy(
            cipherSuites: TLSPolicy.allowedCipherSuites, groups: TLSPolicy.allowedGroups,
            signatureAlgorithms: TLSPolicy.allowedSignatureAlgorithms)
        let server = try server(policy)
        try RawTLSClient(certificate: certificate()).pump(with: server)
        #expect(server.recorder.completions.count == 1)
    }

    @Test(arguments: [
        "TLS_AES_128_CCM_8_SHA256", "AES256-SHA", "TLS_AES_256_GCM_SHA384:ALL", "", "ALL",
    ])
    func otherCipherSuitesAreRefused(name: String) {
        #expect(
            throws: TLSPolicyError(list: .cipherSuites, problem: .notAllowed, name: name)
        ) { _ = try TLSPolicy(cipherSuites: ["TLS_AES_256_GCM_SHA384", name]) }
    }

    @Test(arguments: ["P-192", "secp160r1", "ffdhe2048", "x25519", "P-256:P-192"])
    func otherGroupsAreRefused(name: String) {
        #expect(throws: TLSPolicyError(list: .groups, problem: .notAllowed, name: name)) {
            _ = try TLSPolicy(groups: [name])
        }
    }

    @Test(arguments: ["rsa_pkcs1_sha256", "ecdsa_sha1", "dsa_sha256", "rsa_pkcs1_sha1"])
    func otherSignatureAlgorithmsAreRefused(name: String) {
        let error = TLSPolicyError(list: .signatureAlgorithms, problem: .notAllowed, name: name)
        #expect(throws: error) { _ = try TLSPolicy(signatureAlgorithms: [name]) }
        #expect(error.description.contains("ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384"))
    }

    @Test func emptyAndDoubleListsAreRefused() {
        #expect(throws: TLSPolicyError(list: .groups, problem: .empty, name: "")) {
            _ = try TLSPolicy(groups: [])
        }
        #expect(throws: TLSPolicyError(list: .groups, problem: .twice, name: "P-256")) {
            _ = try TLSPolicy(groups: ["P-256", "P-256"])
        }
    }

    @Test func whatIsLeftOutIsNotNegotiated() throws {
        let policy = try TLSPolicy(
            cipherSuites: ["TLS_CHACHA20_POLY1305_SHA256"], groups: ["P-384"])
        let chosen = try server(policy)
        try RawTLSClient(certificate: certificate(), groups: "P-384").pump(with: chosen)
        #expect(chosen.recorder.completions.first?.cipher == "TLS_CHACHA20_POLY1305_SHA256")
        let atGroup = try server(policy)
        try RawTLSClient(certificate: certificate(), groups: "X25519").pump(with: atGroup)
        #expect(atGroup.recorder.failures == [TLSFailure(.noCommonParameters)])
        let atCipher = try server(policy)
        try RawTLSClient(
            certificate: certificate(), groups: "P-384", ciphers: "TLS_AES_256_GCM_SHA384"
        ).pump(with: atCipher)
        #expect(atCipher.recorder.failures == [TLSFailure(.noCommonParameters)])
    }
}
