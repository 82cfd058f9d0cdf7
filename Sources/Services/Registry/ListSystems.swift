import AuditProof
import Contract
import Tenancy
import Wire

/// Lists systems by organisation, system and certificate.
struct ListSystems: Sendable {
    static let standardPageSize: UInt32 = 500

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ListSystemsRequest, _ context: ServerContext
    ) async throws -> ListSystemsResponse {
        let listing = [
            context.method.fullName, "\(request.organisationKind.rawValue)",
            request.organisationCode,
        ]
        let cursor = try validated(request, listing)
        let size = PageSize.rows(request.pageSize, standard: Self.standardPageSize)
        let found = try await RegistryRefusals.mapping {
            try await environment.registry.systems(
                kind: request.organisationKind.registered,
                code: request.organisationCode.isEmpty ? nil : request.organisationCode,
                after: cursor, countMax: size + 1,
                options: WorkOptions(deadline: context.deadline))
        }
        var response = ListSystemsResponse()
        response.systems = found.prefix(size).map { System($0) }
        if found.count > size {
            let last = found[size - 1]
            response.nextPageToken = try PageToken.encode(
                position: [
                    last.organisation.kind.rawValue, last.organisation.code, last.systemName,
                    Hex.encode(last.fingerprint),
                ], of: listing)
        }
        return response
    }

    private func validated(
        _ request: ListSystemsRequest, _ listing: [String]
    ) throws -> SystemCursor? {
        var violations = FieldViolations()
        violations.checkKnown(request.organisationKind.isUnrecognized, at: "organisation_kind")
        violations.check(request.organisationCode, at: "organisation_code", lengthMax: 32)
        let cursor = try violations.pagePosition(
            request.pageToken, of: listing, count: 4, Self.cursor)
        try violations.throwIfAny()
        return cursor
    }

    private static func cursor(_ position: [String]) -> SystemCursor? {
        guard let kind = RegisteredOrganisation.Kind(rawValue: position[0]),
            let fingerprint = Hex.decode(position[3])
        else { return nil }
        return SystemCursor(
            organisation: OrganisationKey(kind: kind, code: position[1]),
            systemName: position[2], fingerprint: fingerprint)
    }
}
