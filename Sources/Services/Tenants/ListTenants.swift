import Contract
import Tenancy
import Wire

/// Lists municipalities with the state of their use and of their schemas.
struct ListTenants: Sendable {
    static let standardPageSize: UInt32 = 500

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ListTenantsRequest, _ context: ServerContext
    ) async throws -> ListTenantsResponse {
        let listing = [context.method.fullName, "\(request.notInUse)"]
        let cursor =
            try PageToken.position(
                request.pageToken, of: listing, count: 1, PageToken.municipalityCode) ?? ""
        let size = PageSize.rows(request.pageSize, standard: Self.standardPageSize)
        let found = try await RegistryRefusals.mapping {
            try await environment.registry.tenantStates(
                after: cursor, notInUse: request.notInUse, countMax: size + 1,
                options: WorkOptions(deadline: context.deadline))
        }
        var response = ListTenantsResponse()
        response.programVersion = UInt32(clamping: TenantVersions.latest)
        response.tenants = found.prefix(size).map { Tenant($0) }
        if found.count > size {
            response.nextPageToken = try PageToken.encode(
                position: [found[size - 1].organisation.code], of: listing)
        }
        return response
    }
}

extension Tenant {
    init(_ state: TenantState) {
        self.init()
        organisation = Organisation(state.organisation)
        schemaState =
            switch state.schema {
            case .none: .none
            case .current: .current
            case .previous: .previous
            case .behind: .behind
            case .ahead: .ahead
            case .foreign: .foreign
            }
        scriptDigest = state.scriptDigest ?? ""
        migrateTime = state.migrateTime.map(Timestamp.init)
        failure = state.failure ?? ""
        failureTime = state.failureTime.map(Timestamp.init)
        mandatoryFrom = state.mandatoryFrom ?? ""
        daysLeft = Int32(clamping: state.daysLeft ?? 0)
    }
}
