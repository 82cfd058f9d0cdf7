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
            let page: [SQLValue] = before + [.int(Int64(size) + 1)]
            let step =
                request.clientID.isEmpty
                ? WorkStep(AuditListStatements.all, page)
                : WorkStep(AuditListStatements.ofClient, page + [.uuid(request.clientID)])
            let results = try await environment.tenants.run(
                [step], in: call.tenant, audit: call.entry(subject), options: call.options)
            let rows = results[0].rows.prefix(size)
            let personal = try await PersonalParts.read(
                rows, of: call.tenant, environment)
            var response = ListAccessesResponse()
            response.accesses = try rows.map { try Access($0, personal) }
            if results[0].rowCount > size, let last = rows.last {
                response.nextPageToken = try PageToken.encode(
                    position: try Self.columns.map { String(try last.value($0, as: Int64.self)) },
                    of: listing)
            }
            return response
        }
    }

    /// What tells a row's place, in the order of the statements' parameters.
    private static let columns = ["era", "xid", "seq"]

    /// The place before which the page begins: era, transaction, number.
    private func validated(_ request: ListAccessesRequest, _ listing: [String]) throws -> [SQLValue]
    {
        var violations = FieldViolations()
        AccessValidation.check(request.access, &violations)
        if !request.clientID.isEmpty, !UUIDText.isValid(request.clientID) {
            violations.add("client_id", .format, "The id of a client, or nothing.")
        }
        let before = try violations.pagePosition(
            request.pageToken, of: listing, count: Self.columns.count
        ) { parts -> [Int64]? in
            let numbers = parts.compactMap { Int64($0) }.filter { $0 >= 0 }
            return numbers.count == parts.count && numbers[0] <= Int32.max ? numbers : nil
        }
        try violations.refuseIfAny()
        return (before ?? [Int64(Int32.max), .max, .max]).map { .int($0) }
    }
}

extension Access {
    /// - Parameter row: the columns of `AuditListStatements.all`.
    init(_ row: SQLRow, _ personal: PersonalParts) throws {
        self.init()
        sequence = try row.value("seq")
        accessTime = try row.moment("at")
        let kind = RegisteredOrganisation.Kind(rawValue: try row.value("actor_kind"))
        actorKind = kind.map { OrganisationKind($0) } ?? .unspecified
        actorCode = try row.value("actor_code")
        actorSystem = try row.value("actor_system")
        method = try row.value("method")
        outcome = AccessOutcome(rawValue: try row.value("outcome"))
        refusalReason = try row.optional("refusal_reason") ?? ""
        purpose = Purpose(rawValue: try row.value("purpose"))
        rule = try row.optional("rule") ?? ""
        legalBasis = try row.optional("legal_basis") ?? ""
        decisionID = try row.optional("decision_id") ?? ""
        clientID = try row.optional("client_id") ?? ""
        released = try row.value("released", as: [Int64].self).map {
            DataCategory(rawValue: Int32(clamping: $0))
        }
        leafHash = try row.value("leaf")
        clientCount = UInt32(clamping: try row.value("client_count", as: Int64.self))
        (personalPart, userID, statedReason) = try personal.part(of: row)
    }
}
