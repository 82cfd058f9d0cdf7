import Contract
import Tenancy
import Wire

/// Lists who accessed the municipality's clients' data. The listing has a row of its own, written
/// after the rows are read, so that it appears in later listings.
struct ListAccesses: Sendable {
    static let standardPageSize: UInt32 = 100

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ListAccessesRequest, _ call: TenantCall
    ) async throws -> ListAccessesResponse {
        let subject = AuditSubject(clientID: request.clientID)
        let listing = [call.context.method.fullName, call.municipalityCode, request.clientID]
        return try await environment.tenantWork.perform(call, about: subject) {
            let before = try validated(request, listing)
            let size = PageSize.rows(request.pageSize, standard: Self.standardPageSize)
            // One more than the page tells whether there is another.
            let page: [SQLValue] = [.int(before), .int(Int64(size) + 1)]
            let step =
                request.clientID.isEmpty
                ? WorkStep(AuditListStatements.all, page)
                : WorkStep(AuditListStatements.ofClient, page + [.uuid(request.clientID)])
            let results = try await environment.tenants.run(
                [step], in: call.tenant, audit: call.entry(subject), options: call.options)
            var response = ListAccessesResponse()
            response.accesses = try results[0].rows.prefix(size).map { try Access($0) }
            if results[0].rowCount > size, let last = response.accesses.last {
                response.nextPageToken = try PageToken.encode(
                    position: [String(last.sequence)], of: listing)
            }
            return response
        }
    }

    /// The sequence number before which the page begins.
    private func validated(_ request: ListAccessesRequest, _ listing: [String]) throws -> Int64 {
        var violations = FieldViolations()
        AccessValidation.check(request.access, &violations)
        if !request.clientID.isEmpty, !UUIDText.isValid(request.clientID) {
            violations.add("client_id", .format, "The id of a client, or nothing.")
        }
        var before = Int64.max
        if !request.pageToken.isEmpty {
            let position = try PageToken.decode(request.pageToken, of: listing, count: 1)
            if let position, let sequence = Int64(position[0]) {
                before = sequence
            } else {
                violations.add("page_token", .format, "A token of an earlier page of this listing.")
            }
        }
        try violations.refuseIfAny()
        return before
    }
}

extension Access {
    /// - Parameter row: the columns of `AuditListStatements.all`.
    init(_ row: SQLRow) throws {
        self.init()
        sequence = try row.value("seq")
        accessTime = try row.moment("at")
        let kind = RegisteredOrganisation.Kind(rawValue: try row.value("actor_kind"))
        actorKind = kind.map { OrganisationKind($0) } ?? .unspecified
        actorCode = try row.value("actor_code")
        actorSystem = try row.value("actor_system")
        userID = try row.optional("user_id") ?? ""
        method = try row.value("method")
        outcome = AccessOutcome(rawValue: try row.value("outcome"))
        refusalReason = try row.optional("refusal_reason") ?? ""
        purpose = Purpose(rawValue: try row.value("purpose"))
        statedReason = try row.optional("stated_reason") ?? ""
        rule = try row.optional("rule") ?? ""
        legalBasis = try row.optional("legal_basis") ?? ""
        decisionID = try row.optional("decision_id") ?? ""
        clientID = try row.optional("client_id") ?? ""
        released = try row.value("released", as: [Int64].self).map {
            DataCategory(rawValue: Int32(clamping: $0))
        }
        leafHash = try row.value("leaf")
        clientCount = UInt32(clamping: try row.value("client_count", as: Int64.self))
    }
}
