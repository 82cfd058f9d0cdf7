extension TenantTransfer {
    /// What a restore has made.
    public struct RestoreOutcome: Sendable, Equatable {
        public let rowCount: Int
        public let contentDigest: String
        /// Version of the schema, which may be behind the program's.
        public let schemaVersion: Int
        /// Whether a schema was there, which is kept beside the new one until it is discarded.
        public let hasReplaced: Bool
        public let event: RecordedTenantEvent
    }

    /// Makes a tenant's schema from an export. Beside the live one, never over it: that is set aside
    /// under another name first and kept until it is discarded, all in one transaction, so that a
    /// restore that fails has changed nothing. Before it counts, the new schema is read as an export
    /// would read it, and must give the very bytes that the file holds.
    ///
    /// - Parameter file: the bytes of the file, in whatever pieces.
    /// - Throws: `RegistryError.organisationNotFound`, `.organisationEnded`;
    ///   `TenantWorkError.notSuspended`, `.replacedSchemaThere`; `ExportFileError`;
    ///   `CryptoError.unknownMasterKey`; `DatabaseError`; what `file` throws.
    public func restore<File: AsyncSequence>(
        _ tenant: TenantSchema, from file: File, order: TenantOrder,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> RestoreOutcome where File.Element == [UInt8] {
        try await migrator.transaction(
            in: scope(tenant, for: order.caller), options: WorkOptions(deadline: deadline)
        ) { transaction in
            let state = try await lockedState(tenant, transaction)
            guard state.status != .ended else { throw RegistryError.organisationEnded }
            guard !state.status.isLetIn else { throw TenantWorkError.notSuspended }
            guard !state.hasReplaced else { throw TenantWorkError.replacedSchemaThere }
            if state.hasSchema {
                try await closeTables(tenant, transaction)
                _ = try await transaction.run(
                    TransferStatements.setAside, [.text(tenant.code)])
            }
            let loader = try await load(tenant, file, transaction)
            let triggers: [SQLValue] = [.text(tenant.code), .bool(true)]
            _ = try await transaction.run(TransferStatements.setTriggers, triggers)
            let made = try await TenantContent(tenant: tenant).read(transaction) { _ in }
            guard made.digest == loader.digest else {
                throw ExportFileError.contradictory("what it made reads differently")
            }
            _ = try await transaction.run(
                TransferStatements.renewForeignFeed, [.text(tenant.code)])
            _ = try await transaction.run(TransferStatements.beginAuditEra)
            let version = SQLValue.int(Int64(loader.version))
            let script = scripts.first { $0.version == loader.version }
            let results = try await transaction.run([
                WorkStep(
                    ProvisioningStatements.recordState,
                    [.text(tenant.code), version, .text(script?.digest)]),
                WorkStep(ProvisioningStatements.record, [.text(tenant.code), version]),
                order.event(
                    .restored, tenant, contentDigest: made.digest, details: made.details),
            ])
            return RestoreOutcome(
                rowCount: made.rowCount, contentDigest: made.digest,
                schemaVersion: loader.version, hasReplaced: state.hasSchema,
                event: try RecordedTenantEvent(try results[2].only()))
        }
    }

    /// Loads the whole file, whose digest must be the one that it says.
    private func load<File: AsyncSequence>(
        _ tenant: TenantSchema, _ file: File, _ transaction: Transaction
    ) async throws -> ContentLoader where File.Element == [UInt8] {
        var opener = ExportOpener(tenant, masterKeys)
        var reader = ContentLineReader()
        var loader = ContentLoader(tenant, scripts, transaction)
        var digest = try RunningDigest()
        for try await bytes in file {
            for line in try reader.read(try opener.read(bytes)) {
                let parsed = try ContentLine(line)
                if case .end = parsed {} else { try digest.update(Array(line.utf8) + [10]) }
                try await loader.load(parsed)
            }
        }
        try opener.finish()
        guard reader.isAtEnd, let stated = loader.digest else { throw ExportFileError.damaged }
        guard try digest.finish() == stated else {
            throw ExportFileError.contradictory("its digest is another one")
        }
        return loader
    }
}
