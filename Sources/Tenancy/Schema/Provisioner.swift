/// Makes a municipality's schema, roles and key, or brings them to the current version.
///
/// One transaction a municipality: what is interrupted has left nothing, and is simply run again. It
/// works over connections of `icds_migrator` alone, never over those that serve requests.
public struct Provisioner: Sendable {
    /// What was done for one municipality.
    public struct Outcome: Sendable, Equatable {
        /// False where everything was there in the current version.
        public let changed: Bool
        /// Version of the schema afterwards.
        public let schemaVersion: Int
    }

    let migrator: Database
    let masterKeys: MasterKeys
    let scripts: [SchemaScript]

    /// - Parameter migrator: connections of `icds_migrator`.
    public init(migrator: Database, masterKeys: MasterKeys) {
        self.init(migrator: migrator, masterKeys: masterKeys, scripts: SchemaScripts.tenant)
    }

    /// Goes only as far as `version`, as an earlier program would.
    package init(migrator: Database, masterKeys: MasterKeys, upTo version: Int) {
        self.init(
            migrator: migrator, masterKeys: masterKeys,
            scripts: SchemaScripts.tenant.filter { $0.version <= version })
    }

    init(migrator: Database, masterKeys: MasterKeys, scripts: [SchemaScript]) {
        self.migrator = migrator
        self.masterKeys = masterKeys
        self.scripts = scripts
    }

    /// Tries a few times where others hold locks on the schema; what failed in the end is kept in the
    /// registry, where the operator sees it.
    ///
    /// - Parameter caller: for the log of the registry's changes; nil where nobody called.
    /// - Throws: `RegistryError.organisationNotFound` where the registry has no such municipality,
    ///   `.organisationEnded` where it is gone for good; `SchemaError`; `CryptoError`; `DatabaseError`.
    public func provision(
        _ tenant: TenantSchema, for caller: RegistryCaller? = nil,
        patience: LockPatience = .standard, deadline: ContinuousClock.Instant? = nil
    ) async throws -> Outcome {
        var attempt = 1
        while true {
            do {
                return try await provisionOnce(tenant, caller, patience, deadline)
            } catch let error as DatabaseError
                where error.isLockConflict && attempt < patience.attemptsMax
            {
                try await Task.sleep(for: patience.pause(afterAttempt: attempt))
                attempt += 1
            } catch {
                await record(error, of: tenant)
                throw error
            }
        }
    }

    private func provisionOnce(
        _ tenant: TenantSchema, _ caller: RegistryCaller?, _ patience: LockPatience,
        _ deadline: ContinuousClock.Instant?
    ) async throws -> Outcome {
        let scope = Scope(
            role: "icds_owner", schema: tenant,
            settings: [patience.setting] + (caller?.settings ?? []))
        let options = WorkOptions(deadline: deadline)
        return try await migrator.transaction(in: scope, options: options) { transaction in
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
        let status: RegisteredOrganisation.Status = try row.enumeration("status")
        guard status != .ended else { throw RegistryError.organisationEnded }
        let isRecorded: Bool = try row.value("is_recorded")
        var history = SchemaHistory()
        if try row.value("has_schema") as Bool {
            let read = [WorkStep(ProvisioningStatements.readHistory)]
            history = try SchemaHistory(try await transaction.run(read)[0])
        }
        let missing = try history.missing(of: scripts)
        let latest = scripts.latestVersion
        if missing.isEmpty, isRecorded, try row.value("schema_version") == latest {
            return Outcome(changed: false, schemaVersion: latest)
        }
        _ = try await transaction.run(try steps(for: tenant, running: missing))
        return Outcome(changed: !missing.isEmpty, schemaVersion: latest)
    }

    /// The scripts that are missing, the key with the first of all, and the registry's rows last,
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
        return steps + recordSteps(for: tenant)
    }

    /// What the registry knows of the schema: its version, and that nothing failed.
    private func recordSteps(for tenant: TenantSchema) -> [WorkStep] {
        let version = SQLValue.int(Int64(scripts.latestVersion))
        return [
            WorkStep(
                ProvisioningStatements.recordState,
                [.text(tenant.code), version, .text(scripts.last?.digest)]),
            WorkStep(ProvisioningStatements.record, [.text(tenant.code), version]),
        ]
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

    /// Keeps why it failed. An attempt that was called off is no failure, and a database that cannot
    /// take the row says so itself.
    private func record(_ error: any Error, of tenant: TenantSchema) async {
        if Task.isCancelled || (error as? DatabaseError)?.kind == .cancelled { return }
        let step = WorkStep(
            ProvisioningStatements.recordFailure,
            [.text(tenant.code), .text(MigrationFailure(error).text)])
        _ = try? await migrator.run(
            [step], in: Scope(role: "icds_owner"),
            options: WorkOptions(deadline: .now + .seconds(5)))
    }
}
