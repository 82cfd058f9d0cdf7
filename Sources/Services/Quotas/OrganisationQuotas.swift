import Contract
import Tenancy
import Wire

/// Quotas as the registry in memory has them, with what the pools say of their use.
struct OrganisationQuotas: Sendable {
    /// Of municipalities and of counties.
    static let numbers: ClosedRange<UInt32> = 1...1_024

    let registryCache: RegistryCache
    let registry: Registry
    /// Where a municipality's work runs, and where a county's.
    let api: Database
    let sharing: Database

    func read(_ key: OrganisationKey) async throws -> (quota: Quota, use: QuotaUse) {
        let found: RegistrySnapshot
        do {
            found = try registryCache.current()
        } catch {
            throw StatusMapping.registryUnavailable
        }
        let pool = key.kind == .county ? sharing : api
        let use = await pool.use(of: key.code)
        let set = found.quotas[key.code]
        return (
            Quota(set ?? pool.quotaDefault, isDefault: set == nil),
            QuotaUse.with {
                $0.worksUnderWay = UInt32(clamping: use.worksUnderWay)
                $0.worksWaiting = UInt32(clamping: use.worksWaiting)
            }
        )
    }

    func read(
        _ request: GetOrganisationQuotaRequest, _ context: ServerContext
    ) async throws -> GetOrganisationQuotaResponse {
        let key = try Self.key(request.kind, request.code)
        let options = WorkOptions(deadline: context.deadline)
        let organisation = try await RegistryRefusals.mapping {
            try await registry.organisation(key, options: options)
        }
        guard organisation != nil else { throw RegistryRefusals.organisationNotFound }
        let (quota, use) = try await read(key)
        return GetOrganisationQuotaResponse.with {
            $0.quota = quota
            $0.use = use
        }
    }

    func set(
        _ request: SetOrganisationQuotaRequest, _ context: ServerContext
    ) async throws -> SetOrganisationQuotaResponse {
        let key = try Self.key(request.kind, request.code)
        let wanted = try Self.wanted(request.quota)
        let quota = Quota(wanted ?? api.quotaDefault, isDefault: wanted == nil)
        return try await registry.change(for: request, context) { changes in
            try await changes.setQuota(key, wanted)
            return SetOrganisationQuotaResponse.with { $0.quota = quota }
        }
    }

    private static func key(_ kind: OrganisationKind, _ code: String) throws -> OrganisationKey {
        let key = try OrganisationLookup.key(kind, code)
        guard key.kind == .municipality || key.kind == .county else {
            var violations = FieldViolations()
            violations.add("kind", .outOfRange, "Only municipalities and counties have quotas.")
            try violations.throwIfAny()
            return key
        }
        return key
    }

    /// Nil for the server's own numbers.
    private static func wanted(_ quota: Quota?) throws -> TenantQuota? {
        guard let quota, !quota.isDefault else { return nil }
        var violations = FieldViolations()
        let text = "From \(numbers.lowerBound) to \(numbers.upperBound)."
        if !numbers.contains(quota.worksUnderWayMax) {
            violations.add("quota.works_under_way_max", .outOfRange, text)
        }
        if !numbers.contains(quota.worksWaitingMax) {
            violations.add("quota.works_waiting_max", .outOfRange, text)
        }
        try violations.throwIfAny()
        return TenantQuota(
            worksUnderWayMax: Int(quota.worksUnderWayMax),
            worksWaitingMax: Int(quota.worksWaitingMax))
    }
}

extension Quota {
    init(_ quota: TenantQuota, isDefault: Bool) {
        self.init()
        worksUnderWayMax = UInt32(clamping: quota.worksUnderWayMax)
        worksWaitingMax = UInt32(clamping: quota.worksWaitingMax)
        self.isDefault = isDefault
    }
}
