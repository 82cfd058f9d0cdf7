import AuditProof
import Contract
import Tenancy
import Wire

extension System {
    init(_ certificate: SystemCertificate) {
        self.init()
        uri = certificate.uri
        organisationKind = OrganisationKind(certificate.organisation.kind)
        organisationCode = certificate.organisation.code
        systemName = certificate.systemName
        certificateFingerprint = Hex.encode(certificate.fingerprint)
        certificateSerial = certificate.serial
        notBefore = Timestamp(certificate.notBefore)
        notAfter = Timestamp(certificate.notAfter)
        status = certificate.status == .active ? .active : .revoked
        registerTime = Timestamp(certificate.registerTime)
        revokeTime = certificate.revokeTime.map(Timestamp.init)
    }
}
