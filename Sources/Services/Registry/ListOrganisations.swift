import Contract
import Tenancy
import Wire

/// Lists organisations by kind and code.
struct ListOrganisations: Sendable {
    static let standardPageSize: UInt32 = 500

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ListOrganisationsRequest, _ context: ServerContext
    ) async throws -> ListOrganisationsResponse {
        let listing = [
            context.method.fullName, "\(request.kind.rawValue)", "\(request.status.rawValue)",
        ]
        let cursor = try validated(request, listing)
        let size = PageSize.rows(request.pageSize, standard: Self.standardPageSize)
        let found = try await RegistryRefusals.mapping {
            try await environment.registry.organisations(
                kind: request.kind.registered, status: request.status.registered, after: cursor,
                countMax: size + 1, options: WorkOptions(deadline: context.deadline))
        }
        var response = ListOrganisationsResponse()
        response.organisations = found.prefix(size).map { Organisation($0) }
        if found.count > size {
            let last = found[size - 1]
            response.nextPageToken = try PageToken.encode(
                position: [last.kind.rawValue, last.code], of: listing)
        }
        return response
    }

    private func validated(
        _ request: ListOrganisationsRequest, _ listing: [String]
    ) throws -> OrganisationKey? {
        var violations = FieldViolations()
        violations.checkKnown(request.kind.isUnrecognized, at: "kind")
        violations.checkKnown(request.status.isUnrecognized, at: "status")
        let cursor = try violations.pagePosition(request.pageToken, of: listing, count: 2) {
            parts in
            RegisteredOrganisation.Kind(rawValue: parts[0])
                .map { OrganisationKey(kind: $0, code: parts[1]) }
        }
        try violations.throwIfAny()
        return cursor
    }
}
