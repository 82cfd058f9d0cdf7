/// What organisations may take of the database at a time, where the operator has set it.
extension RegistryChanges {
    /// Sets an organisation's quota, or with nil takes it back. It counts in every daemon as soon as it has
    /// heard of the change.
    ///
    /// - Throws: `RegistryError.organisationNotFound`.
    public func setQuota(_ key: OrganisationKey, _ quota: TenantQuota?) async throws {
        let organisation: [SQLValue] = [.text(key.kind.rawValue), .text(key.code)]
        let step =
            if let quota {
                WorkStep(
                    QuotaStatements.set,
                    organisation + [
                        .int(Int64(quota.worksUnderWayMax)), .int(Int64(quota.worksWaitingMax)),
                    ])
            } else {
                WorkStep(QuotaStatements.remove, organisation)
            }
        let results = try await transaction.run([
            WorkStep(OrganisationStatements.get, organisation), step,
        ])
        guard !results[0].isEmpty else { throw RegistryError.organisationNotFound }
    }
}

/// By the primary key of `registry.organisation_quota`.
enum QuotaStatements {
    /// Nothing for an organisation that is not there.
    static let set = Statement(
        "registry.set-quota",
        #"""
        INSERT INTO registry.organisation_quota (
            organisation_kind, organisation_code, works_under_way_max, works_waiting_max)
        SELECT o.kind, o.code, $3, $4
        FROM registry.organisation AS o
        WHERE o.kind = $1 AND o.code = $2
        ON CONFLICT (organisation_kind, organisation_code) DO UPDATE
        SET works_under_way_max = excluded.works_under_way_max,
            works_waiting_max = excluded.works_waiting_max
        """#)

    static let remove = Statement(
        "registry.remove-quota",
        #"""
        DELETE FROM registry.organisation_quota
        WHERE organisation_kind = $1 AND organisation_code = $2
        """#)

    static let all = Statement(
        "snapshot.quotas",
        #"""
        SELECT organisation_code, works_under_way_max, works_waiting_max
        FROM registry.organisation_quota
        """#)
}
