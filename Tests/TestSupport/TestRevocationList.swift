import COpenSSL
import Foundation

/// A certificate revocation list, good or bad.
public struct TestRevocationList: Sendable {
    public let der: [UInt8]

    /// As PEM, in the place of what is there.
    public func write(to path: String) throws {
        try Data(Self.pem([self]).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    public static func pem(_ lists: [TestRevocationList]) -> String {
        lists.map { list in
            let content = Data(list.der).base64EncodedString(options: .lineLength64Characters)
            return "-----BEGIN X509 CRL-----\n\(content)\n-----END X509 CRL-----\n"
        }.joined()
    }
}

extension TestPKI {
    /// What a list is to be. The defaults are those of a good one.
    public struct ListRequest: Sendable {
        public var revoked: [IssuedCertificate] = []
        public var authority = Authority.trusted
        /// Who signs it, where that is not the authority that it names.
        public var signer: Authority?
        /// Seconds from now.
        public var thisUpdate = -3600
        public var nextUpdate: Int? = 24 * 3600

        public init() {}
    }

    public func revocationList(
        _ change: (inout ListRequest) -> Void = { _ in }
    ) throws -> TestRevocationList {
        var request = ListRequest()
        change(&request)
        return try revocationList(
            request, issuer: authority(request.authority),
            signer: authority(request.signer ?? request.authority))
    }

    /// The list of the authority that signed `certificate`, which has intermediates.
    public func revocationList(
        ofIssuerOf certificate: IssuedCertificate, isRevoking: Bool
    ) throws -> TestRevocationList {
        guard let issuer = certificate.intermediates.first else { throw Failure(step: "issuer") }
        var request = ListRequest()
        if isRevoking { request.revoked = [certificate] }
        return try revocationList(request, issuer: issuer, signer: issuer)
    }

    /// The root's list, with the certificate of the authority that signed `certificate` on it.
    public func revocationList(
        revokingIssuerOf certificate: IssuedCertificate
    ) throws -> TestRevocationList {
        guard let issuer = certificate.intermediates.first else { throw Failure(step: "issuer") }
        let der = try issuer.certificate.der()
        return try revocationList {
            $0.revoked = [
                IssuedCertificate(certificatePath: "", keyPath: "", der: der, intermediates: [])
            ]
        }
    }

    private func authority(_ authority: Authority) -> TestAuthority {
        authority == .trusted ? trusted : unknown
    }

    private func revocationList(
        _ request: ListRequest, issuer: TestAuthority, signer: TestAuthority
    ) throws -> TestRevocationList {
        guard let list = X509_CRL_new() else { throw Failure(step: "X509_CRL_new") }
        defer { X509_CRL_free(list) }
        let name = X509_get_subject_name(issuer.certificate.pointer)
        try testCheck(
            X509_CRL_set_version(list, 1) == 1 && X509_CRL_set_issuer_name(list, name) == 1,
            "list")
        let thisUpdate = ASN1_TIME_adj(nil, time(nil), 0, request.thisUpdate)
        defer { ASN1_TIME_free(thisUpdate) }
        try testCheck(X509_CRL_set1_lastUpdate(list, thisUpdate) == 1, "thisUpdate")
        if let seconds = request.nextUpdate {
            let nextUpdate = ASN1_TIME_adj(nil, time(nil), 0, seconds)
            defer { ASN1_TIME_free(nextUpdate) }
            try testCheck(X509_CRL_set1_nextUpdate(list, nextUpdate) == 1, "nextUpdate")
        }
        for certificate in request.revoked {
            try Self.add(certificate, to: list, at: thisUpdate)
        }
        try testCheck(X509_CRL_sort(list) == 1, "sort")
        try testCheck(X509_CRL_sign(list, signer.key.pointer, EVP_sha256()) > 0, "sign")
        let length = i2d_X509_CRL(list, nil)
        try testCheck(length > 0, "i2d_X509_CRL")
        return TestRevocationList(
            der: [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
                var target = buffer.baseAddress
                count = Int(i2d_X509_CRL(list, &target))
            })
    }

    private static func add(
        _ certificate: IssuedCertificate, to list: OpaquePointer,
        at date: UnsafeMutablePointer<ASN1_TIME>?
    ) throws {
        let x509 = certificate.der.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_X509(nil, &start, bytes.count)
        }
        defer { X509_free(x509) }
        let revoked = X509_REVOKED_new()
        // The list owns the entry from here on.
        try testCheck(
            X509_REVOKED_set_serialNumber(revoked, X509_get_serialNumber(x509)) == 1
                && X509_REVOKED_set_revocationDate(revoked, date) == 1
                && X509_CRL_add0_revoked(list, revoked) == 1, "revoked")
    }
}
