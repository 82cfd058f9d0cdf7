/// Brings many municipalities' schemas to the current version: one first, the canary, and the others,
/// a few at a time, once that has succeeded.
///
/// Each municipality is a transaction of its own, and one that fails does not stop the others. A run
/// that was interrupted is simply run again.
public struct MigrationRun: Sendable {
    /// How one municipality of a run went.
    public struct Progress: Sendable {
        public let tenant: TenantSchema
        public let isCanary: Bool
        public let result: Result<Provisioner.Outcome, any Error>

        public var hasFailed: Bool {
            if case .failure = result { true } else { false }
        }
    }

    public enum Ending: Sendable, Equatable {
        /// Each was tried.
        case completed
        /// The canary failed; the others were left as they are.
        case canaryFailed
        /// The task was cancelled; what was under way ended whole or not at all.
        case cancelled
    }

    /// The most time that one municipality may take, its waits for locks included.
    static let tenantTimeLimit: Duration = .seconds(600)

    private let provisioner: Provisioner
    private let caller: RegistryCaller?
    private let patience: LockPatience
    private let workerCount: Int

    /// - Parameter caller: for the log of the registry's changes; nil where nobody called.
    public init(
        provisioner: Provisioner, for caller: RegistryCaller? = nil,
        patience: LockPatience = .standard, workerCount: Int = 4
    ) {
        self.provisioner = provisioner
        self.caller = caller
        self.patience = patience
        self.workerCount = max(1, workerCount)
    }

    /// - Parameters:
    ///   - canary: worked on alone and first, whether or not it is among `tenants`; nil for none.
    ///   - progress: called for each, in the order in which they end.
    public func callAsFunction(
        _ tenants: [TenantSchema], canary: TenantSchema? = nil,
        progress: @Sendable (Progress) async -> Void
    ) async -> Ending {
        var remaining = tenants[...]
        if let canary {
            let first = await attempt(canary, isCanary: true)
            await progress(first)
            if Task.isCancelled { return .cancelled }
            if first.hasFailed { return .canaryFailed }
            remaining = tenants.filter { $0 != canary }[...]
        }
        await withTaskGroup(of: Progress.self) { group in
            for _ in 0..<workerCount {
                guard let tenant = remaining.popFirst() else { break }
                group.addTask { await attempt(tenant, isCanary: false) }
            }
            while let ended = await group.next() {
                await progress(ended)
                if !Task.isCancelled, let tenant = remaining.popFirst() {
                    group.addTask { await attempt(tenant, isCanary: false) }
                }
            }
        }
        return Task.isCancelled ? .cancelled : .completed
    }

    private func attempt(_ tenant: TenantSchema, isCanary: Bool) async -> Progress {
        do {
            let outcome = try await provisioner.provision(
                tenant, for: caller, patience: patience, deadline: .now + Self.tenantTimeLimit)
            return Progress(tenant: tenant, isCanary: isCanary, result: .success(outcome))
        } catch {
            return Progress(tenant: tenant, isCanary: isCanary, result: .failure(error))
        }
    }
}

extension MigrationRun {
    /// Those of `tenants` that have never been provisioned, in order; the ended ones are not among them.
    public static func neverProvisioned(
        of tenants: [TenantSchema], _ provisioner: Provisioner
    ) async throws -> [TenantSchema] {
        let codes = SQLValue.textArray(tenants.map(\.code))
        return try await self.tenants(ProvisioningStatements.listWithoutSchema, codes, provisioner)
    }

    /// The municipalities that are behind, in the order in which they serve as a canary: pilots first,
    /// which expect changes, then the smallest, where the least is at stake.
    public static func tenantsBehind(_ provisioner: Provisioner) async throws -> [TenantSchema] {
        let latest = SQLValue.int(Int64(provisioner.scripts.latestVersion))
        return try await tenants(ProvisioningStatements.listBehind, latest, provisioner)
    }

    private static func tenants(
        _ list: Statement, _ value: SQLValue, _ provisioner: Provisioner
    ) async throws -> [TenantSchema] {
        let results = try await provisioner.migrator.run(
            [WorkStep(list, [value])], in: Scope(role: "icds_owner"),
            options: WorkOptions(readOnly: true))
        return try results[0].rows.compactMap { row in
            TenantSchema(municipalityCode: try row.value("code"))
        }
    }
}
