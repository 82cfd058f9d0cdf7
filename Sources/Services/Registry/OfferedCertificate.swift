import Contract
import Tenancy
import Wire

/// A certificate that an operator offers for registration, judged as the server would judge it: one
/// URI of ours, usable by a client, not expired. Everything that is wrong with it is named.
enum OfferedCertificate {
    static let field = "certificate"
    /// Extended key usages (RFC 5280 section 4.2.1.12) under which TLS clients are accepted.
    private static let clientUsage = "clientAuth"

    /// - Parameter now: Unix time in seconds.
    static func check(
        _ bytes: [UInt8], now: Int64, _ violations: inout FieldViolations
    ) -> NewSystemCertificate? {
        guard !bytes.isEmpty else {
            violations.add(field, .required, "A certificate, DER or PEM.")
            return nil
        }
        let certificate: Certificate
        do throws(CertificateError) {
            certificate = try Certificate(bytes: bytes)
        } catch {
            violations.add(field, named: "UNREADABLE", sentence(error.rawValue))
            return nil
        }
        checkUse(certificate, now: now, &violations)
        let name: PeerName
        do throws(PeerNameError) {
            name = try PeerName(certificate: certificate)
        } catch {
            violations.add(field, named: "URI", sentence(error.rawValue))
            return nil
        }
        guard !name.system.hasPrefix("-"), !name.code.hasPrefix("-") else {
            violations.add(field, named: "URI", "The URI's parts begin with a letter or a digit.")
            return nil
        }
        guard violations.isEmpty else { return nil }
        return NewSystemCertificate(
            fingerprint: certificate.fingerprint,
            organisation: OrganisationKey(
                kind: RegisteredOrganisation.Kind(name.kind), code: name.code),
            systemName: name.system, serial: certificate.serialNumber,
            notBefore: SQLTimestamp(seconds: certificate.notBefore),
            notAfter: SQLTimestamp(seconds: certificate.notAfter))
    }

    private static func checkUse(
        _ certificate: Certificate, now: Int64, _ violations: inout FieldViolations
    ) {
        if certificate.isCertificateAuthority {
            violations.add(
                field, named: "AUTHORITY", "A certificate that signs others is no system's.")
        }
        if !certificate.extendedKeyUsages.contains(clientUsage) {
            violations.add(
                field, named: "KEY_USAGE", "Its extended key usage does not name clientAuth.")
        }
        if certificate.notAfter < now {
            violations.add(field, named: "EXPIRED", "Its validity is over.")
        }
    }

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + "."
    }
}

extension SQLTimestamp {
    /// Years far beyond 9999 are cut to what the database can keep.
    init(seconds: Int64) {
        let limit: Int64 = 253_402_300_799
        self.init(microsecondsSinceEpoch: max(-limit, min(limit, seconds)) * 1_000_000)
    }
}
