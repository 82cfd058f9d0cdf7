import Contract
import Tenancy
import Wire

/// Lists what was done with whole tenants, oldest first.
struct ListTenantEvents: Sendable {
    static let standardPageSize: UInt32 = 500

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ListTenantEventsRequest, _ context: ServerContext
    ) async throws -> ListTenantEventsResponse {
        let listing = [context.method.fullName]
        let after =
            try PageToken.position(
                request.pageToken, of: listing, count: 1, PageToken.number) ?? 0
        let size = PageSize.rows(request.pageSize, standard: Self.standardPageSize)
        let found = try await RegistryRefusals.mapping {
            try await environment.registry.tenantEvents(
                after: after, countMax: size + 1, options: WorkOptions(deadline: context.deadline))
        }
        var response = ListTenantEventsResponse()
        response.events = found.prefix(size).map { TenantEvent($0) }
        if found.count > size {
            response.nextPageToken = try PageToken.encode(
                position: ["\(found[size - 1].number)"], of: listing)
        }
        return response
    }
}

extension TenantEvent {
    init(_ event: RecordedTenantEvent) {
        self.init()
        number = UInt64(clamping: event.number)
        time = Timestamp(event.time)
        municipalityCode = event.municipalityCode
        kind =
            switch event.kind {
            case .exported: .exported
            case .restored: .restored
            case .discarded: .discarded
            case .erased: .erased
            case .merged: .merged
            case .rewrapped: .keysRewrapped
            case .rotated: .keysRotated
            case .destroyed: .keyDestroyed
            }
        actorURI = event.actor
        reason = event.reason
        contentDigest = event.contentDigest ?? ""
        details = event.details
        previousDigest = event.previousDigest
        digest = event.digest
    }
}
