import Contract
import Synchronization
import Tenancy
import Wire

/// Brings municipalities' schemas to the current version and tells of each as it ends. It works over
/// the migrator's connections, so that calls are served meanwhile by those of their own.
struct MigrateTenants: Sendable {
    static let codesMax = 1_000
    static let workersMax: UInt32 = 16
    static let lockTimeoutMillisecondsMax: UInt32 = 60_000

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: MigrateTenantsRequest, _ responses: ResponseWriter<MigrateTenantsResponse>,
        _ context: ServerContext
    ) async throws {
        let (named, canaryNamed) = try validated(request)
        let tenants = try await RegistryRefusals.mapping {
            try await refuseNeverProvisioned(named + (canaryNamed.map { [$0] } ?? []))
            return named.isEmpty
                ? try await MigrationRun.tenantsBehind(environment.provisioner) : named
        }
        // A single one is its own canary, and a list of named ones begins with its first.
        let canary = canaryNamed ?? tenants.first
        let isExtra = canary.map { !tenants.contains($0) } ?? false
        let count = tenants.count + (isExtra ? 1 : 0)
        try await responses.send(
            .with {
                $0.event = .plan(
                    .with {
                        $0.programVersion = UInt32(clamping: TenantVersions.latest)
                        $0.tenantCount = UInt32(clamping: count)
                        $0.canaryCode = canary?.code ?? ""
                    })
            })
        let tally = Mutex(MigrationEnd.with { $0.notTriedCount = UInt32(clamping: count) })
        let ending = await run(request, context)(tenants, canary: canary) { progress in
            if progress.hasChanged { try? await environment.registryCache.reload() }
            let step = MigrationStep(progress)
            tally.withLock { $0.count(step) }
            // A caller that has gone cancels the run by itself.
            try? await responses.send(.with { $0.event = .step(step) })
        }
        guard ending != .cancelled else { throw CancellationError() }
        try await responses.send(.with { $0.event = .end(tally.withLock { $0 }) })
    }

    private func run(_ request: MigrateTenantsRequest, _ context: ServerContext) -> MigrationRun {
        var patience = LockPatience.standard
        if request.lockTimeoutMilliseconds > 0 {
            patience.lockTimeout = .milliseconds(Int(request.lockTimeoutMilliseconds))
        }
        return MigrationRun(
            provisioner: environment.provisioner, for: RegistryCaller(context), patience: patience,
            workerCount: request.workerCount > 0 ? Int(request.workerCount) : 4)
    }

    /// A run brings further what is there. A wrong code is not to make a schema: that is
    /// `ProvisionOrganisation`'s.
    private func refuseNeverProvisioned(_ named: [TenantSchema]) async throws {
        guard !named.isEmpty else { return }
        let without = try await MigrationRun.neverProvisioned(
            of: named, environment.provisioner)
        guard without.isEmpty else {
            throw RegistryRefusals.neverProvisioned(without.map(\.code))
        }
    }

    private func validated(
        _ request: MigrateTenantsRequest
    ) throws -> (named: [TenantSchema], canary: TenantSchema?) {
        var violations = FieldViolations()
        let codes = request.municipalityCodes
        let named = codes.compactMap { TenantSchema(municipalityCode: $0) }
        if codes.count > Self.codesMax {
            violations.add(
                "municipality_codes", .tooMany, "At most \(Self.codesMax) municipalities.")
        } else if named.count != codes.count || Set(codes).count != codes.count {
            violations.add(
                "municipality_codes", .format, "Codes of municipalities: three digits, each once.")
        }
        let canary = TenantSchema(municipalityCode: request.canaryCode)
        if canary == nil, !request.canaryCode.isEmpty {
            violations.add("canary_code", .format, "The code of a municipality: three digits.")
        }
        if request.workerCount > Self.workersMax {
            violations.add("worker_count", .outOfRange, "At most \(Self.workersMax).")
        }
        if request.lockTimeoutMilliseconds > Self.lockTimeoutMillisecondsMax {
            violations.add(
                "lock_timeout_milliseconds", .outOfRange,
                "At most \(Self.lockTimeoutMillisecondsMax).")
        }
        try violations.throwIfAny()
        return (named, canary)
    }
}

extension MigrationRun.Progress {
    fileprivate var hasChanged: Bool {
        if case .success(let outcome) = result { outcome.changed } else { false }
    }
}

extension MigrationStep {
    init(_ progress: MigrationRun.Progress) {
        self.init()
        municipalityCode = progress.tenant.code
        isCanary = progress.isCanary
        switch progress.result {
        case .success(let outcome):
            changed = outcome.changed
            schemaVersion = UInt32(clamping: outcome.schemaVersion)
        case .failure(let error):
            let failure = MigrationFailure(error)
            failureReason = failure.reason
            failureDetail = failure.detail
        }
    }
}

extension MigrationEnd {
    fileprivate mutating func count(_ step: MigrationStep) {
        notTriedCount -= min(1, notTriedCount)
        if !step.failureReason.isEmpty {
            failedCount += 1
        } else if step.changed {
            changedCount += 1
        } else {
            unchangedCount += 1
        }
    }
}
