/// Changes of the register inside one transaction: `Registry.change` makes one.
public struct RegistryChanges: Sendable {
    let transaction: Transaction

    /// An organisation as it is now, with what the transaction has done so far.
    ///
    /// - Throws: `RegistryError.organisationNotFound`.
    public func organisation(_ key: OrganisationKey) async throws -> RegisteredOrganisation {
        let found = try await transaction.run(
            OrganisationStatements.get, [.text(key.kind.rawValue), .text(key.code)])
        guard let row = found.first else { throw RegistryError.organisationNotFound }
        return try RegisteredOrganisation(row)
    }

    /// Lets an organisation's systems in. For a municipality the database opens its schema to the
    /// daemon's logins in the same transaction.
    ///
    /// - Parameter asPilot: municipalities that do not have the system in use yet: as a pilot.
    /// - Returns: whether that changed anything.
    /// - Throws: `RegistryError.organisationNotFound`, `.notProvisioned`, `.organisationEnded`; for
    ///   pilots `.notAMunicipality`, `.alreadyInUse`.
    @discardableResult
    public func activate(_ key: OrganisationKey, asPilot: Bool = false) async throws -> Bool {
        try await setStatus(key, to: asPilot ? .piloting : .active)
    }

    /// Shuts an organisation's systems out. For a municipality the database closes its schema to the
    /// daemon's logins in the same transaction: work that has not begun is refused by PostgreSQL.
    ///
    /// - Returns: whether that changed anything.
    /// - Throws: `RegistryError.organisationNotFound`, `.lastOperator`, `.organisationEnded`.
    @discardableResult
    public func suspend(_ key: OrganisationKey) async throws -> Bool {
        try await setStatus(key, to: .suspended)
    }

    private func setStatus(
        _ key: OrganisationKey, to status: RegisteredOrganisation.Status
    ) async throws -> Bool {
        let step = WorkStep(
            OrganisationStatements.setStatus,
            [.text(key.kind.rawValue), .text(key.code), .text(status.rawValue)])
        return try await change(step, notFound: .organisationNotFound)
    }

    /// Runs one of the functions that answer with an outcome.
    ///
    /// - Returns: whether it changed anything.
    func change(_ step: WorkStep, notFound: RegistryError) async throws -> Bool {
        let outcome: String = try await transaction.run([step])[0].only().value("outcome")
        switch outcome {
        case "changed": return true
        case "unchanged": return false
        case "not_found": throw notFound
        case "not_provisioned": throw RegistryError.notProvisioned
        case "ended": throw RegistryError.organisationEnded
        case "not_a_municipality": throw RegistryError.notAMunicipality
        case "already_in_use": throw RegistryError.alreadyInUse
        case "last_operator": throw RegistryError.lastOperator
        default: throw DatabaseError(.unexpectedResult, "an outcome that is not known")
        }
    }
}

/// One change a transaction, without a key. `RegistryChanges` says what each does and throws.
extension Registry {
    @discardableResult
    public func activate(
        _ key: OrganisationKey, asPilot: Bool = false, options: WorkOptions = WorkOptions()
    ) async throws -> Bool {
        try await change(options: options) { try await $0.activate(key, asPilot: asPilot) }
    }

    @discardableResult
    public func suspend(
        _ key: OrganisationKey, options: WorkOptions = WorkOptions()
    ) async throws -> Bool {
        try await change(options: options) { try await $0.suspend(key) }
    }

    public func load(
        _ load: RegisterLoad, options: WorkOptions = WorkOptions()
    ) async throws -> RegisterLoad.Outcome {
        try await change(options: options) { try await $0.load(load) }
    }

    public func setQuota(
        _ key: OrganisationKey, _ quota: TenantQuota?, options: WorkOptions = WorkOptions()
    ) async throws {
        try await change(options: options) { try await $0.setQuota(key, quota) }
    }

    public func orderKeyRotation(
        _ kind: KeyRotationKind, of tenants: [TenantSchema]?, actor: String,
        options: WorkOptions = WorkOptions()
    ) async throws -> [(code: String, outcome: KeyOrderResult)] {
        try await change(options: options) {
            try await $0.orderKeyRotation(kind, of: tenants, actor: actor)
        }
    }

    public func registerSystem(
        _ certificate: NewSystemCertificate, options: WorkOptions = WorkOptions()
    ) async throws -> SystemCertificate {
        try await change(options: options) { try await $0.registerSystem(certificate) }
    }

    public func revokeSystem(
        fingerprint: [UInt8], reason: String, options: WorkOptions = WorkOptions()
    ) async throws -> SystemCertificate {
        try await change(options: options) {
            try await $0.revokeSystem(fingerprint: fingerprint, reason: reason)
        }
    }
}
