extension RegistryChanges {
    /// Registers a certificate for an organisation's system. One that is registered already stays as it
    /// is.
    ///
    /// - Throws: `RegistryError.organisationNotFound`, `.certificateRevoked`; a `DatabaseError` of kind
    ///   `.checkViolation` for a name, serial or fingerprint that cannot be one.
    public func registerSystem(
        _ certificate: NewSystemCertificate
    ) async throws -> SystemCertificate {
        let key = certificate.organisation
        let results = try await transaction.run([
            WorkStep(
                SystemStatements.register,
                [
                    .bytes(certificate.fingerprint), .text(certificate.uri),
                    .text(key.kind.rawValue), .text(key.code), .text(certificate.systemName),
                    .text(certificate.serial), .timestamp(certificate.notBefore),
                    .timestamp(certificate.notAfter),
                ]),
            WorkStep(SystemStatements.get, [.bytes(certificate.fingerprint)]),
        ])
        guard let row = results[1].first else { throw RegistryError.organisationNotFound }
        let registered = try SystemCertificate(row)
        guard registered.status == .active else { throw RegistryError.certificateRevoked }
        return registered
    }

    /// Revokes a certificate at once and for good. One that is revoked already stays as it is.
    ///
    /// - Parameter reason: at most 500 characters.
    /// - Throws: `RegistryError.systemNotFound`, `.lastOperator`.
    public func revokeSystem(
        fingerprint: [UInt8], reason: String
    ) async throws -> SystemCertificate {
        let step = WorkStep(
            SystemStatements.revoke, [.bytes(fingerprint), .text(reason.clipped(to: 500))])
        _ = try await change(step, notFound: .systemNotFound)
        let found = try await transaction.run(SystemStatements.get, [.bytes(fingerprint)])
        guard let row = found.first else { throw RegistryError.systemNotFound }
        return try SystemCertificate(row)
    }
}

extension Registry {
    public func system(
        fingerprint: [UInt8], options: WorkOptions = WorkOptions()
    ) async throws -> SystemCertificate? {
        let step = WorkStep(SystemStatements.get, [.bytes(fingerprint)])
        let results = try await database.run([step], in: scope, options: options)
        return try results[0].first.map { try SystemCertificate($0) }
    }

    /// One page, by organisation, system and fingerprint, at most `countMax`, after `cursor`.
    public func systems(
        kind: RegisteredOrganisation.Kind? = nil, code: String? = nil,
        after cursor: SystemCursor? = nil, countMax: Int, options: WorkOptions = WorkOptions()
    ) async throws -> [SystemCertificate] {
        let step = WorkStep(
            SystemStatements.list,
            [
                .text(kind?.rawValue), .text(code), .text(cursor?.organisation.kind.rawValue),
                .text(cursor?.organisation.code), .text(cursor?.systemName),
                cursor.map { .bytes($0.fingerprint) } ?? .null, .int(Int64(countMax)),
            ])
        let results = try await database.run([step], in: scope, options: options)
        return try results[0].rows.map { try SystemCertificate($0) }
    }
}
