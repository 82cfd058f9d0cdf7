/// A certificate of an organisation's system, as it is offered for registration.
public struct NewSystemCertificate: Sendable, Equatable {
    /// SHA-256 of the certificate's DER, 32 bytes.
    public var fingerprint: [UInt8]
    public var organisation: OrganisationKey
    /// Name of the system in the certificate's URI, `urn:icds:<kind>:<code>:<system>`.
    public var systemName: String
    /// Serial number, lower-case hexadecimal.
    public var serial: String
    public var notBefore: SQLTimestamp
    public var notAfter: SQLTimestamp

    public init(
        fingerprint: [UInt8], organisation: OrganisationKey, systemName: String, serial: String,
        notBefore: SQLTimestamp, notAfter: SQLTimestamp
    ) {
        self.fingerprint = fingerprint
        self.organisation = organisation
        self.systemName = systemName
        self.serial = serial
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    var uri: String {
        "urn:icds:\(organisation.kind.rawValue):\(organisation.code):\(systemName)"
    }
}

/// A registered certificate.
public struct SystemCertificate: Sendable, Equatable {
    public enum Status: String, Sendable { case active, revoked }

    public let fingerprint: [UInt8]
    public let uri: String
    public let organisation: OrganisationKey
    public let systemName: String
    public let serial: String
    public let notBefore: SQLTimestamp
    public let notAfter: SQLTimestamp
    public let status: Status
    public let registerTime: SQLTimestamp
    public let revokeTime: SQLTimestamp?
    public let revokeReason: String?
}

/// Where a listing of systems goes on.
public struct SystemCursor: Sendable, Equatable {
    public let organisation: OrganisationKey
    public let systemName: String
    public let fingerprint: [UInt8]

    public init(organisation: OrganisationKey, systemName: String, fingerprint: [UInt8]) {
        self.organisation = organisation
        self.systemName = systemName
        self.fingerprint = fingerprint
    }

    public init(after certificate: SystemCertificate) {
        self.init(
            organisation: certificate.organisation, systemName: certificate.systemName,
            fingerprint: certificate.fingerprint)
    }
}

extension SystemCertificate {
    init(_ row: SQLRow) throws(DatabaseError) {
        fingerprint = try row.value("fingerprint")
        uri = try row.value("uri")
        organisation = OrganisationKey(
            kind: try row.enumeration("organisation_kind"),
            code: try row.value("organisation_code"))
        systemName = try row.value("system_name")
        serial = try row.value("serial")
        notBefore = try row.value("not_before")
        notAfter = try row.value("not_after")
        status = try row.enumeration("status")
        registerTime = try row.value("register_time")
        revokeTime = try row.optional("revoke_time")
        revokeReason = try row.optional("revoke_reason")
    }
}
