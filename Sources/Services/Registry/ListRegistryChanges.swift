import Contract
import Tenancy
import Wire

/// Lists the changes of the registry, latest first.
struct ListRegistryChanges: Sendable {
    static let standardPageSize: UInt32 = 100

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ListRegistryChangesRequest, _ context: ServerContext
    ) async throws -> ListRegistryChangesResponse {
        let listing = [context.method.fullName]
        let before = try PageToken.position(
            request.pageToken, of: listing, count: 1, PageToken.number)
        let size = PageSize.rows(request.pageSize, standard: Self.standardPageSize)
        let found = try await RegistryRefusals.mapping {
            try await environment.registry.changes(
                before: before, countMax: size + 1,
                options: WorkOptions(deadline: context.deadline))
        }
        var response = ListRegistryChangesResponse()
        response.changes = found.prefix(size).map { Contract.RegistryChange($0) }
        if found.count > size {
            response.nextPageToken = try PageToken.encode(
                position: ["\(found[size - 1].number)"], of: listing)
        }
        return response
    }
}

extension Contract.RegistryChange {
    init(_ change: Tenancy.RegistryChange) {
        self.init()
        number = UInt64(clamping: change.number)
        time = Timestamp(change.time)
        login = change.login
        actor = change.actor ?? ""
        callReference = change.callReference ?? ""
        table = change.table
        operation = change.operation
        oldRow = change.oldRow ?? ""
        newRow = change.newRow ?? ""
    }
}
