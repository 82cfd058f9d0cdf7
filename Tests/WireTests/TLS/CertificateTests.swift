import Foundation
import TestSupport
import Testing

@testable import Wire

@Suite struct CertificateTests {
    private let uri = "urn:icds:county:08:casework"

    @Test func fieldsAreRead() throws {
        let now = Int64(Date().timeIntervalSince1970)
        let issued = try TestPKI.shared.issue(uris: [uri], notAfter: 86_400)
        let certificate = try Certificate(bytes: issued.der)
        #expect(certificate.der == issued.der)
        #expect(certificate.fingerprint.count == 32)
        #expect(certificate.fingerprintHexadecimal.count == 64)
        #expect(certificate.subjectAlternativeURIs == [uri])
        #expect(certificate.otherAlternativeNameCount == 0)
        #expect(abs(certificate.notBefore - (now - 3600)) < 60)
        #expect(abs(certificate.notAfter - (now + 86_400)) < 60)
        #expect(certificate.publicKeyDescription == "EC prime256v1")
        #expect(!certificate.isCertificateAuthority)
        #expect(certificate.extendedKeyUsages == ["clientAuth"])
        #expect(certificate.serialNumber.allSatisfy { "0123456789abcdef".contains($0) })
        #expect(certificate.serialNumber.first != "0")
    }

    @Test func pemAndDERAreTheSame() throws {
        let issued = try TestPKI.shared.issue(uris: [uri])
        let pem = try Array(Data(contentsOf: URL(fileURLWithPath: issued.certificatePath)))
        #expect(try Certificate(bytes: pem) == Certificate(bytes: issued.der))
    }

    @Test func authorityIsKnown() throws {
        let path = try TestPKI.shared.trustedAuthorityPath
        let pem = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(try Certificate(bytes: pem).isCertificateAuthority)
    }

    @Test func namesOfOtherKindsAreCounted() throws {
        let issued = try TestPKI.shared.issue { request in
            request.uris = [uri]
            request.dnsNames = ["a.example", "b.example"]
            request.ipAddresses = [[10, 0, 0, 1]]
        }
        let certificate = try Certificate(bytes: issued.der)
        #expect(certificate.subjectAlternativeURIs == [uri])
        #expect(certificate.otherAlternativeNameCount == 3)
    }

    @Test(arguments: ["urn:a\0b", "urn:\u{e4}", "urn:a b", "urn:a\n", ""])
    func uriWithForbiddenBytesIsRefused(bad: String) throws {
        let issued = try TestPKI.shared.issue(uris: [bad])
        #expect(throws: CertificateError.badAlternativeName) {
            _ = try Certificate(bytes: issued.der)
        }
    }

    @Test func namesUpToTheLimitAreRead() throws {
        let uris = (0..<65).map { "urn:\($0)" }
        let most = try TestPKI.shared.issue(uris: Array(uris.prefix(64)))
        #expect(try Certificate(bytes: most.der).subjectAlternativeURIs.count == 64)
        let tooMany = try TestPKI.shared.issue(uris: uris)
        #expect(throws: CertificateError.tooManyNames) {
            _ = try Certificate(bytes: tooMany.der)
        }
    }

    @Test func whatIsNotACertificateIsRefused() throws {
        let der = try TestPKI.shared.issue(uris: [uri]).der
        #expect(throws: CertificateError.notACertificate) { _ = try Certificate(bytes: []) }
        #expect(throws: CertificateError.notACertificate) {
            _ = try Certificate(bytes: Array("hello".utf8))
        }
        #expect(throws: CertificateError.notACertificate) {
            _ = try Certificate(bytes: Array(der.dropLast()))
        }
        #expect(throws: CertificateError.trailingBytes) { _ = try Certificate(bytes: der + [0]) }
        #expect(throws: CertificateError.tooLarge) {
            _ = try Certificate(bytes: [UInt8](repeating: 0, count: 65_537))
        }
    }

    /// Every byte of a certificate flipped: refused or read, and nothing worse.
    @Test func damagedCertificatesDoNoHarm() throws {
        let der = try TestPKI.shared.issue(uris: [uri]).der
        for index in der.indices {
            var damaged = der
            damaged[index] ^= 0x81
            let certificate = try? Certificate(bytes: damaged)
            #expect(certificate?.der != der)
        }
    }
}

@Suite struct PeerNameTests {
    @Test(arguments: [
        ("urn:icds:municipality:837:casework", PeerKind.municipality, "837", "casework"),
        ("urn:icds:county:08:a", .county, "08", "a"),
        ("urn:icds:operator:keha:admin", .operator, "keha", "admin"),
        ("urn:icds:agency:migri-2:reg-1", .agency, "migri-2", "reg-1"),
        (
            "urn:icds:agency:\(String(repeating: "a", count: 32)):\(String(repeating: "b", count: 32))",
            .agency, String(repeating: "a", count: 32), String(repeating: "b", count: 32)
        ),
    ])
    func goodNames(uri: String, kind: PeerKind, code: String, system: String) throws {
        let name = try PeerName(uri: uri)
        #expect(name.kind == kind && name.code == code && name.system == system)
        #expect(name.uri == uri)
    }

    @Test(arguments: [
        "", "urn", "urn:icds", "urn:icds:municipality:837", "urn:icds:municipality:837:",
        "urn:icds:municipality::casework", "urn:icds:municipality:837:casework:",
        "urn:icds:municipality:837:casework:x", ":urn:icds:municipality:837:casework",
        "URN:icds:municipality:837:casework", "urn:ICDS:municipality:837:casework",
        "urn:icds:Municipality:837:casework", "urn:icds:person:837:casework",
        "urn:icds:municipality:83:casework", "urn:icds:municipality:8371:casework",
        "urn:icds:municipality:83a:casework", "urn:icds:municipality:٨٣٧:casework",
        "urn:icds:county:8:casework", "urn:icds:county:008:casework",
        "urn:icds:county:08:Casework", "urn:icds:county:08:case_work",
        "urn:icds:county:08:case work", "urn:icds:county:08:casework ",
        "urn:icds:county:08:casework\0", "urn:icds:county:08:kåsa", "urn:icds:operator::admin",
        "urn:icds:operator:keha:" + String(repeating: "a", count: 33),
        "urn:icds:operator:" + String(repeating: "a", count: 33) + ":admin",
        "urn:icds:operator:keha:a%62", "urn:icds:operator:keha:admin#x",
    ])
    func badNames(uri: String) {
        #expect(throws: PeerNameError.malformed) { _ = try PeerName(uri: uri) }
    }
}
