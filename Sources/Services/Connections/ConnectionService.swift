import Contract
import Wire

/// The server's open connections, for the operator.
struct ConnectionService: ConnectionServiceProtocol {
    static let standardPageSize: UInt32 = 500

    static let connectionNotFound = RPCStatus(
        .notFound, "CONNECTION_NOT_FOUND", "No connection of that id is open.")

    let directory: any ConnectionDirectory

    func listConnections(
        _ request: ListConnectionsRequest, context: ServerContext
    ) async throws -> ListConnectionsResponse {
        let listing = [
            context.method.fullName, "\(request.organisationKind.rawValue)",
            request.organisationCode,
        ]
        let last = try validated(request, listing)
        let size = PageSize.rows(request.pageSize, standard: Self.standardPageSize)
        // Ids grow with time and never come again, so that a page begins where the last ended
        // whatever has been closed meanwhile.
        let found = await directory.connections()
            .filter { $0.id > last && isWanted($0, request) }
            .sorted { $0.id < $1.id }
        return try ListConnectionsResponse.with {
            $0.connections = Array(found.prefix(size))
            if found.count > size, let end = $0.connections.last {
                $0.nextPageToken = try PageToken.encode(position: ["\(end.id)"], of: listing)
            }
        }
    }

    func getConnection(
        _ request: GetConnectionRequest, context: ServerContext
    ) async throws -> GetConnectionResponse {
        let found = await directory.connections().first { $0.id == request.id }
        guard let found else { throw Self.connectionNotFound }
        return GetConnectionResponse.with { $0.connection = found }
    }

    func getServerTotals(
        _ request: GetServerTotalsRequest, context: ServerContext
    ) async throws -> GetServerTotalsResponse {
        let totals = await directory.totals()
        return GetServerTotalsResponse.with { $0.totals = totals }
    }

    private func isWanted(_ connection: Connection, _ request: ListConnectionsRequest) -> Bool {
        if request.organisationKind == .unspecified { return true }
        return connection.organisationKind == request.organisationKind
            && (request.organisationCode.isEmpty
                || connection.organisationCode == request.organisationCode)
    }

    /// The id of the last connection of the page before; 0 for the first page.
    private func validated(
        _ request: ListConnectionsRequest, _ listing: [String]
    ) throws -> UInt64 {
        var violations = FieldViolations()
        violations.checkKnown(request.organisationKind.isUnrecognized, at: "organisation_kind")
        violations.check(request.organisationCode, at: "organisation_code", lengthMax: 32)
        if !request.organisationCode.isEmpty, request.organisationKind == .unspecified {
            violations.add("organisation_kind", .required, "A code needs its kind.")
        }
        let last = try violations.pagePosition(request.pageToken, of: listing, count: 1) {
            UInt64($0[0])
        }
        try violations.throwIfAny()
        return last ?? 0
    }
}
