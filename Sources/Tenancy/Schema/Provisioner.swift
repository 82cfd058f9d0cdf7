/// Makes a municipality's schema, roles and key, or brings them to the current version.
///
/// One transaction a municipality: what is interrupted has left nothing, and is simply run again.
public struct Provisioner: Sendable {
    /// What was done for one municipality.
    public struct Outcome: Sendable, Equatable {
        /// False where everything was there in the current version.
        public let changed: Bool
        /// Version of the schema afterwards.
        public let schemaVersion: Int
    }

    private let migrator: Database
    private let masterKeys: MasterKeys
    private let scripts: [SchemaScript]

    /// - Parameter migrator: connections of `icds_migrator`.
    public init(migrator: Database, masterKeys: MasterKeys) {
        self.init(migrator: migrator, masterKeys: masterKeys, scripts: SchemaScripts.tenant)
    }

    init(migrator: Database, masterKeys: MasterKeys, scripts: [SchemaScript]) {
        self.migrator = migrator
        self.masterKeys = masterKeys
        self.scripts = scripts
    }

    /// - Throws: `RegistryError.organisationNotFound` where the registry has no such municipality;
    ///   `SchemaError`; `CryptoError`; `DatabaseError`.
    public func provision(
        _ tenant: TenantSchema, deadline: ContinuousClock.Instant? = nil
    ) async throws -> Outcome {
        try await migrator.transaction(
            in: Scope(role: "icds_owner", schema: tenant), options: WorkOptions(deadline: deadline)
        ) { transaction in
            try await self.provision(tenant, transaction)
        }
    }

    private func provision(
        _ tenant: TenantSchema, _ transaction: Transaction
    ) async throws -> Outcome {
        let results = try await transaction.run([
            WorkStep(ProvisioningStatements.lock, [.int(Int64(tenant.code) ?? 0)]),
            WorkStep(ProvisioningStatements.read, [.text(tenant.code), .text(tenant.name)]),
        ])
        guard let row = results[1].first else { throw RegistryError.organisationNotFound }
        let recorded: Int = try row.value("schema_version")
        let hasSchema: Bool = try row.value("has_schema")
        var history = SchemaHistory()
        if hasSchema {
            let read = [WorkStep(ProvisioningStatements.readHistory)]
            history = try SchemaHistory(try await transaction.run(read)[0])
        }
        let missing = try history.missing(of: scripts)
        let latest = scripts.latestVersion
        if missing.isEmpty, recorded == latest {
            return Outcome(changed: false, schemaVersion: latest)
        }
        _ = try await transaction.run(try steps(for: tenant, running: missing))
        return Outcome(changed: true, schemaVersion: latest)
    }

    /// The scripts that are missing, the key with the first of all, and the registry's row last,
    /// since its change counter makes transactions wait for each other.
    private func steps(
        for tenant: TenantSchema, running missing: [SchemaScript]
    ) throws -> [WorkStep] {
        var steps: [WorkStep] = []
        for script in missing {
            steps += script.statements.map { WorkStep($0) }
            if script.version == 1 { steps.append(try keyStep(for: tenant)) }
            steps.append(
                WorkStep(
                    ProvisioningStatements.recordVersion,
                    [.int(Int64(script.version)), .text(script.digest)]))
        }
        steps.append(
            WorkStep(
                ProvisioningStatements.record,
                [.text(tenant.code), .int(Int64(scripts.latestVersion))]))
        return steps
    }

    private func keyStep(for tenant: TenantSchema) throws -> WorkStep {
        let generation = TenantKey.firstGeneration
        let secret = try SecretBytes.random(count: AuthenticatedCipher.keyByteCount)
        let master = masterKeys.current
        let wrapped = try master.wrap(secret, for: tenant, generation: generation)
        return WorkStep(
            ProvisioningStatements.insertKey,
            [.int(Int64(generation)), .text(master.id), .bytes(wrapped)])
    }
}

extension Provisioner {
    /// How one municipality of a run went.
    public struct Progress: Sendable {
        public let tenant: TenantSchema
        public let result: Result<Outcome, any Error>
    }

    /// Provisions many, `workerCount` at a time. One that fails does not stop the others; `progress` is
    /// called for each, in the order in which they end.
    public func provision(
        _ tenants: [TenantSchema], workerCount: Int = 4,
        progress: @Sendable (Progress) async -> Void
    ) async {
        await withTaskGroup(of: Progress.self) { group in
            var remaining = tenants[...]
            for _ in 0..<max(1, workerCount) {
                guard let tenant = remaining.popFirst() else { break }
                group.addTask { await self.attempt(tenant) }
            }
            while let ended = await group.next() {
                await progress(ended)
                if let tenant = remaining.popFirst(), !Task.isCancelled {
                    group.addTask { await self.attempt(tenant) }
                }
            }
        }
    }

    private func attempt(_ tenant: TenantSchema) async -> Progress {
        do {
            return Progress(tenant: tenant, result: .success(try await provision(tenant)))
        } catch {
            return Progress(tenant: tenant, result: .failure(error))
        }
    }
}
