import Contract
import Tenancy
import Wire

/// Moves a municipality's clients to the one that it was merged into.
struct MergeTenants: Sendable {
    static let duplicatesMax = 10_000

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: MergeTenantsRequest, _ context: ServerContext
    ) async throws -> MergeTenantsResponse {
        let source = try environment.tenant(request.fromCode)
        let target = try environment.tenant(request.intoCode)
        try validate(request)
        let outcome = try await RegistryRefusals.mapping {
            try await TenantRefusals.mapping {
                try await environment.merger.merge(
                    source, into: target, lastDay: request.lastDay,
                    order: TenantOrder(context, reason: request.reason),
                    actor: AuditActor(context), isDryRun: request.dryRun,
                    once: try KeyedAnswer(request, context) { try Self.kept($0).encoded() },
                    deadline: context.deadline)
            }
        }
        var response = try outcome.map(Self.kept).answer()
        if response.event != nil { await environment.noteReplaced() }
        switch outcome {
        case .made(let report): response.set(report.duplicates.prefix(Self.duplicatesMax))
        case .repeated:
            let found = try await RegistryRefusals.mapping {
                try await environment.merger.duplicates(
                    of: source, in: target, countMax: Self.duplicatesMax,
                    deadline: context.deadline)
            }
            response.set(found[...])
        }
        return response
    }

    /// What the registry keeps for a key: the ids of clients stay in the municipality's own records.
    private static func kept(_ report: TenantMerger.Report) -> MergeTenantsResponse {
        .with {
            $0.movedCount = UInt32(clamping: report.movedCount)
            $0.duplicateCount = UInt32(clamping: report.duplicates.count)
            $0.event = report.event.map { TenantEvent($0) }
        }
    }

    private func validate(_ request: MergeTenantsRequest) throws {
        var violations = FieldViolations()
        if CalendarDate(request.lastDay) == nil {
            violations.add(
                "last_day", request.lastDay.isEmpty ? .required : .date,
                "The last day of the municipality that ends, \"YYYY-MM-DD\".")
        }
        if request.reason.isEmpty {
            violations.add("reason", .required, "Why, for the record.")
        }
        violations.check(request.reason, at: "reason", lengthMax: 500)
        try violations.throwIfAny()
    }
}

extension MergeTenantsResponse {
    fileprivate mutating func set(_ duplicates: ArraySlice<TenantMerger.Report.Duplicate>) {
        self.duplicates = duplicates.map { duplicate in
            .with {
                $0.movedClientID = duplicate.movedID
                $0.keptClientID = duplicate.keptID
            }
        }
    }
}
