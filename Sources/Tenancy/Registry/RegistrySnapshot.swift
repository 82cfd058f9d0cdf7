/// The registry as it was at one moment, in memory: what the daemon asks on every call.
public struct RegistrySnapshot: Sendable {
    /// The registry's change counter.
    public let version: Int64
    /// The day in Finland by the database's clock, "YYYY-MM-DD". Rules and areas go by it.
    public let today: String
    /// What was run in the registry's schema.
    let schemaHistory: SchemaHistory
    public let organisations: [OrganisationKey: RegisteredOrganisation]
    /// Certificates that are registered, not revoked and not expired, by fingerprint.
    public let certificates: [[UInt8]: SystemCertificate]
    public let sharingRules: [SharingRule]
    /// What was set for single municipalities and counties, by their codes (of three digits and of two).
    public let quotas: [String: TenantQuota]
    let counties: [String: [CountyMembership]]
    /// Versions of tenants' schemas that are served.
    public let servedVersions: ClosedRange<Int>

    /// A municipality lies in a county for a time.
    struct CountyMembership: Sendable {
        let countyCode: String
        let validFrom: String
        let validTo: String?
    }

    /// Version of the registry schema.
    public var schemaVersion: Int { schemaHistory.version }

    /// - Throws: where the registry's schema was made by another program than this one. A version that
    ///   is merely lower is not an error here.
    public func checkSchema() throws(SchemaError) {
        _ = try schemaHistory.missing(of: SchemaScripts.registry)
    }

    public func organisation(_ key: OrganisationKey) -> RegisteredOrganisation? {
        organisations[key]
    }

    /// Whether an organisation's systems are let in: it is active, or a pilot, and exists today.
    public func isActive(_ key: OrganisationKey) -> Bool {
        guard let found = organisations[key] else { return false }
        return found.status.isLetIn && found.validFrom <= today
            && found.validTo.map { today <= $0 } ?? true
    }

    /// Whether a peer is let in: its very certificate is registered for the URI that it shows, and its
    /// organisation is active.
    public func isAdmitted(fingerprint: [UInt8], uri: String) -> Bool {
        guard let certificate = certificates[fingerprint], certificate.uri == uri else {
            return false
        }
        return isActive(certificate.organisation)
    }

    /// The schema of a municipality that is active; nil for any other code.
    public func activeTenant(_ municipalityCode: String) -> TenantSchema? {
        isActive(OrganisationKey(kind: .municipality, code: municipalityCode))
            ? TenantSchema(municipalityCode: municipalityCode) : nil
    }

    /// The schema of a municipality that is let in and whose version this program works with.
    public func servedTenant(_ municipalityCode: String) -> TenantSchema? {
        isBeingMigrated(municipalityCode) ? nil : activeTenant(municipalityCode)
    }

    /// Whether a municipality is let in, but its schema has a version that this program does not work
    /// with: it waits for its migration, or a later program has been there.
    public func isBeingMigrated(_ municipalityCode: String) -> Bool {
        let key = OrganisationKey(kind: .municipality, code: municipalityCode)
        guard let found = organisations[key], isActive(key) else { return false }
        return !servedVersions.contains(found.schemaVersion)
    }

    /// Version of a municipality's schema; 0 where it has none.
    public func schemaVersion(of tenant: TenantSchema) -> Int {
        organisations[OrganisationKey(kind: .municipality, code: tenant.code)]?.schemaVersion ?? 0
    }

    /// The county in whose area a municipality lies on a day ("YYYY-MM-DD"; today where none is named).
    /// Nil in Åland, and for a code that is no municipality's.
    public func county(ofMunicipality code: String, on day: String? = nil) -> String? {
        let day = day ?? today
        return counties[code]?.first {
            $0.validFrom <= day && $0.validTo.map { day <= $0 } ?? true
        }?.countyCode
    }

    /// The rules in force today for a kind of recipient and a purpose.
    public func rules(
        for recipientKind: RegisteredOrganisation.Kind, purpose: Int
    ) -> [SharingRule] {
        sharingRules.filter {
            $0.recipientKind == recipientKind && $0.purpose == purpose && $0.isInForce(on: today)
        }
    }
}
