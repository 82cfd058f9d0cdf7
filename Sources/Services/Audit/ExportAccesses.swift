import AuditProof
import Contract
import Tenancy
import Wire

/// Sends the log as it can be verified offline. Its own row is written before the first item goes out.
struct ExportAccesses: Sendable {
    typealias Item = ExportAccessesResponse.Item

    static let checkpointSizesMax = 1_000
    /// Rows that are read at a time, and seals.
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
        try await send(.start(Contract.LogStart(start, tenant, until: request.recordedUntil)))
        // Where it ends is known before it begins, but for what is sealed meanwhile.
        let end = try await end(request, after: start, tenant)
        for number in try await checkpoints(request, tenant, end ?? start) {
            guard let proof = try await environment.operatorLog.proof(for: tenant, at: number)
            else { continue }
            try await send(.proof(LogHeadProof(proof, tenant)))
            count.proofCount += 1
        }
        let isCut = try isCut(request, at: end)
        let last = try await sendSealed(
            after: start?.seal, through: isCut ? end?.seal : nil, tenant, &count, send)
        if !isCut { try await sendRows(after: last, [], tenant, &count, send) }
        try await send(.end(count))
    }

    /// The seal behind which the export begins; nil where it begins with the first row.
    private func start(
        _ request: ExportAccessesRequest, _ tenant: TenantSchema
    ) async throws -> SealRecord? {
        guard let from = request.recordedFrom else { return nil }
        return try await environment.auditLog.seal(before: SQLTimestamp(from), in: tenant)
    }

    /// The seal with which the export ends, or the last one so far; nil where there is none after `start`.
    private func end(
        _ request: ExportAccessesRequest, after start: SealRecord?, _ tenant: TenantSchema
    ) async throws -> SealRecord? {
        let number = start?.seal.number ?? 0
        if let until = request.recordedUntil {
            let end = try await environment.auditLog.seal(
                from: SQLTimestamp(until), after: number, in: tenant)
            if let end { return end }
        }
        let last = try await environment.auditLog.lastSeal(in: tenant)
        return last.flatMap { $0.seal.number > number ? $0 : nil }
    }

    /// Whether the export was asked to end with this seal, whatever comes after.
    private func isCut(_ request: ExportAccessesRequest, at end: SealRecord?) throws -> Bool {
        guard let end, let until = request.recordedUntil else { return false }
        return end.seal.time >= SQLTimestamp(until).microsecondsSince2000
    }

    /// Seals with their rows.
    ///
    /// - Parameter end: the last seal to send; nil for all that there are.
    /// - Returns: the last row's place.
    private func sendSealed(
        after start: Seal?, through end: Seal?, _ tenant: TenantSchema,
        _ count: inout Contract.LogEnd, _ send: (Item) async throws -> Void
    ) async throws -> LogPosition {
        var (number, position) = (start?.number ?? 0, start?.last ?? .start)
        while true {
            let left = end.map { $0.number - number } ?? UInt64(Self.pageSize)
            let read = try await environment.auditLog.seals(
                after: number, limit: Int(min(left, UInt64(Self.pageSize))), in: tenant)
            // Where numbers are missing, as many seals reach beyond the end.
            let page = read.map(\.seal).filter { $0.number <= end?.number ?? .max }
            guard let last = page.last else { return position }
            try await sendRows(after: position, page, tenant, &count, send)
            (number, position) = (last.number, last.last)
            if let end, number >= end.number { return position }
        }
    }

    /// Rows up to the last of these seals, each seal after its rows; where there are no seals, all rows.
    private func sendRows(
        after start: LogPosition, _ seals: [Seal], _ tenant: TenantSchema,
        _ count: inout Contract.LogEnd, _ send: (Item) async throws -> Void
    ) async throws {
        var position = start
        var rest = seals[...]
        func sendSeals(before row: LogPosition?) async throws {
            while let seal = rest.first, row.map({ seal.last < $0 }) ?? true {
                try await send(.seal(LogSeal(seal)))
                count.sealCount += 1
                rest.removeFirst()
            }
        }
        while true {
            let page = try await environment.auditLog.rows(
                after: position, through: seals.last?.last ?? .end, limit: Self.pageSize,
                in: tenant)
            for (row, leaf) in page {
                try await sendSeals(before: row.position)
                try await send(.row(LogRow(row, leaf: leaf)))
            }
            count.rowCount += UInt64(page.count)
            guard page.count == Self.pageSize, let last = page.last else { break }
            position = last.row.position
        }
        try await sendSeals(before: nil)
    }

    /// The newest that these seals can show, and those that were asked for, ascending.
    private func checkpoints(
        _ request: ExportAccessesRequest, _ tenant: TenantSchema, _ last: SealRecord?
    ) async throws -> [UInt64] {
        var numbers = Set(request.checkpointSizes)
        if let last {
            let newest = try await environment.operatorLog.newestNumber(
                for: tenant, within: last.seal.treeSize)
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
