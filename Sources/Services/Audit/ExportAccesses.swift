import AuditProof
import Contract
import Tenancy
import Wire

/// Sends the log as it can be verified offline. Its own row is written before the first item goes out.
struct ExportAccesses: Sendable {
    typealias Item = ExportAccessesResponse.Item

    static let checkpointSizesMax = 1_000
    /// Rows and seals that are read at a time.
    private static let pageSize = 500

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ExportAccessesRequest, _ call: TenantCall,
        send: (Item) async throws -> Void
    ) async throws {
        try await environment.tenantWork.perform(call, about: .none) {
            try validate(request)
            _ = try await environment.tenants.run(
                [], in: call.tenant, audit: call.entry(.none), options: call.options)
            try await export(request, call.tenant, send)
        }
    }

    private func export(
        _ request: ExportAccessesRequest, _ tenant: TenantSchema,
        _ send: (Item) async throws -> Void
    ) async throws {
        var count = Contract.LogEnd()
        let start = try await start(request, tenant)
        try await send(.start(Contract.LogStart(start, tenant)))
        let (last, isOpen) = try await sendSealed(
            after: start, until: request.recordedUntil.map { SQLTimestamp($0) }, tenant, &count,
            send)
        if isOpen {
            try await sendRows(after: last?.last ?? .start, through: .end, tenant, &count, send)
        }
        for number in try await checkpoints(request, tenant, last) {
            guard let proof = try await environment.operatorLog.proof(for: tenant, at: number)
            else { continue }
            try await send(.proof(LogHeadProof(proof)))
            count.proofCount += 1
        }
        try await send(.end(count))
    }

    /// The seal behind which the export begins; nil where it begins with the first row.
    private func start(
        _ request: ExportAccessesRequest, _ tenant: TenantSchema
    ) async throws -> SealRecord? {
        guard let from = request.recordedFrom else { return nil }
        return try await environment.auditLog.seal(before: SQLTimestamp(from), in: tenant)
    }

    /// Seals with their rows.
    ///
    /// - Returns: the last seal, and whether rows that no seal covers may follow.
    private func sendSealed(
        after start: SealRecord?, until end: SQLTimestamp?, _ tenant: TenantSchema,
        _ count: inout Contract.LogEnd, _ send: (Item) async throws -> Void
    ) async throws -> (last: Seal?, isOpen: Bool) {
        var last = start?.seal
        while true {
            let page = try await environment.auditLog.seals(
                after: last?.number ?? 0, limit: Self.pageSize, in: tenant)
            for record in page {
                let seal = record.seal
                try await sendRows(
                    after: last?.last ?? .start, through: seal.last, tenant, &count, send)
                try await send(.seal(LogSeal(seal)))
                count.sealCount += 1
                last = seal
                if let end, seal.time >= end.microsecondsSince2000 { return (last, false) }
            }
            if page.count < Self.pageSize { return (last, true) }
        }
    }

    private func sendRows(
        after start: LogPosition, through end: LogPosition, _ tenant: TenantSchema,
        _ count: inout Contract.LogEnd, _ send: (Item) async throws -> Void
    ) async throws {
        var position = start
        while true {
            let page = try await environment.auditLog.rows(
                after: position, through: end, limit: Self.pageSize, in: tenant)
            for (row, leaf) in page { try await send(.row(LogRow(row, leaf: leaf))) }
            count.rowCount += UInt64(page.count)
            guard page.count == Self.pageSize, let last = page.last else { return }
            position = last.row.position
        }
    }

    /// The newest that these seals can show, and those that were asked for, ascending.
    private func checkpoints(
        _ request: ExportAccessesRequest, _ tenant: TenantSchema, _ last: Seal?
    ) async throws -> [UInt64] {
        var numbers = Set(request.checkpointSizes)
        if let last {
            let newest = try await environment.operatorLog.newestNumber(
                for: tenant, within: last.treeSize)
            if let newest { numbers.insert(newest) }
        }
        return numbers.sorted()
    }

    private func validate(_ request: ExportAccessesRequest) throws {
        var violations = FieldViolations()
        AccessValidation.check(request.access, &violations)
        let moments = [
            ("recorded_from", request.recordedFrom), ("recorded_until", request.recordedUntil),
        ]
        for (name, moment) in moments {
            guard let moment, !moment.isValid else { continue }
            violations.add(name, .format, "A moment of the years 1 to 9999.")
        }
        if let from = request.recordedFrom, let until = request.recordedUntil, until < from {
            violations.add("recorded_until", .outOfRange, "Not before `recorded_from`.")
        }
        if request.checkpointSizes.count > Self.checkpointSizesMax {
            violations.add(
                "checkpoint_sizes", .outOfRange, "At most \(Self.checkpointSizesMax).")
        }
        try violations.refuseIfAny()
    }
}
