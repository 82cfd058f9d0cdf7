/// Rotates the keys of one tenant while it is used (docs/keys.md). Each step is a transaction of its own
/// under the lock of the tenant's schema, and begins by reading where the keys stand: work that was
/// interrupted anywhere is simply begun again, by this daemon or by another.
struct KeyRotation: Sendable {
    struct Settings: Sendable {
        /// Rows of one transaction, so that none keeps others waiting.
        var batchRowsMax = 200
        /// How long there is a rest after each, in times that it took.
        var restFactor = 1.0
    }

    /// What the operator ordered.
    struct Order: Sendable, Equatable {
        let kind: KeyRotationKind
        /// The URI of the operator's system.
        let actor: String
    }

    private static let stepTimeLimit: Duration = .seconds(120)

    let migrator: Database
    let masterKeys: MasterKeys
    let tenant: TenantSchema
    let order: Order
    var settings = Settings()
    var schemaVersion = TenantVersions.latest
    /// Called after each batch: keeps the lock of the one who rotates, and lets a test interrupt.
    var afterBatch: @Sendable () async throws -> Void = {}

    /// Does what was ordered, from wherever it stands.
    ///
    /// - Returns: false where the order has become a larger one meanwhile, which is left to do.
    func callAsFunction() async throws -> Bool {
        if let isFinished = try await rewrap() { return isFinished }
        try await introduce()
        repeat { try await build() } while !(try await replace())
        try await clear()
        try await rewrapMonths()
        return try await finish()
    }

    // MARK: Steps

    /// Wraps every generation under the current master key: all that there is to do for an order of that
    /// kind, and where the municipality has ended since it was ordered.
    ///
    /// - Returns: nil where there is more to do, otherwise whether the order is done.
    private func rewrap() async throws -> Bool? {
        try await locked { transaction, place in
            let master = masterKeys.current
            var steps: [WorkStep] = []
            for key in place.keys where key.masterKeyID != master.id {
                let secret = try await key.secret(of: tenant, by: masterKeys)
                let wrapped = try master.wrap(secret, for: tenant, generation: key.generation)
                // The only copy is about to be overwritten.
                let opened = try master.unwrap(wrapped, for: tenant, generation: key.generation)
                guard secret.isEqual(to: opened) else { throw KeyRotationError.notWrapped }
                steps.append(
                    WorkStep(
                        KeyRotationStatements.rewrap,
                        [.int(Int64(key.generation)), .text(master.id), .bytes(wrapped)]))
            }
            if !steps.isEmpty {
                let generations = place.keys.filter { $0.masterKeyID != master.id }
                    .map { "\($0.generation)" }.joined(separator: ", ")
                steps.append(
                    event(
                        .rewrapped,
                        "{\"master_key\": \"\(master.id)\", \"generations\": [\(generations)]}"))
            }
            if !steps.isEmpty { _ = try await transaction.run(steps) }
            guard order.kind == .master || place.status == .ended else { return nil }
            return try await transaction.run([finishing])[0].first != nil
        }
    }

    /// Makes the new generation. Whoever writes a code from here on writes its index as well.
    private func introduce() async throws {
        try await locked { transaction, place in
            guard place.status != .ended else { throw KeyRotationError.ended }
            guard place.version == schemaVersion else { throw KeyRotationError.notCurrent }
            guard place.incoming == nil, let current = place.current else { return }
            // Ordered, and replaced already: what is left is the clearing.
            guard !place.isReplaced else { return }
            // Waits for those who write by the old generation alone.
            _ = try await transaction.run(KeyRotationStatements.lockClients)
            let generation = try place.next(after: current.generation)
            let secret = try SecretBytes.random(count: AuthenticatedCipher.keyByteCount)
            let master = masterKeys.current
            let wrapped = try master.wrap(secret, for: tenant, generation: generation)
            _ = try await transaction.run([
                WorkStep(
                    KeyRotationStatements.insert,
                    [.int(Int64(generation)), .text(master.id), .bytes(wrapped)]),
                WorkStep(KeyRotationStatements.begin, [code, .int(Int64(generation))]),
            ])
        }
    }

    /// Seals every code with the new generation and builds its index.
    private func build() async throws {
        try await batches { last, transaction, place in
            guard let incoming = place.incoming else { return nil }
            let rows = try await transaction.run(
                KeyRotationStatements.toBuild,
                [
                    .uuid(last), .int(Int64(incoming.generation)),
                    .int(Int64(settings.batchRowsMax)),
                ]
            ).rows
            guard !rows.isEmpty else { return nil }
            let keys = try await StoredTenantKey.unwrapped(place.keys, of: tenant, by: masterKeys)
            var batch = RebuildBatch(keys: keys)
            for row in rows {
                try batch.add(
                    clientID: try row.value("client_id"),
                    sealed: try row.value("identity_code_ciphertext"))
            }
            let result = try await transaction.run(KeyRotationStatements.build, batch.parameters)
            try await advance(result.affectedRowCount, transaction)
            return batch.ids.last
        }
    }

    /// Puts the new generation in the place of the old one, once its index is complete.
    ///
    /// - Returns: false where it is not.
    private func replace() async throws -> Bool {
        try await locked { transaction, place in
            guard let incoming = place.incoming, let current = place.current else { return true }
            let check = WorkStep(
                KeyRotationStatements.remains, [.int(Int64(incoming.generation))])
            // Without keeping anybody waiting, then with certainty.
            guard try await !Self.remains(check, transaction) else { return false }
            _ = try await transaction.run(KeyRotationStatements.lockClients)
            guard try await !Self.remains(check, transaction) else { return false }
            _ = try await transaction.run([
                WorkStep(
                    KeyRotationStatements.setState,
                    [.int(Int64(current.generation)), .text("retired")]),
                WorkStep(
                    KeyRotationStatements.setState,
                    [.int(Int64(incoming.generation)), .text("current")]),
                WorkStep(KeyRotationStatements.clear, [code]),
            ])
            return true
        }
    }

    /// Takes the old generation's index away. Nobody looks by it any more: who would is refused.
    private func clear() async throws {
        try await batches { last, transaction, place in
            guard place.incoming == nil, let current = place.current else { return nil }
            let statement =
                current.generation.isMultiple(of: 2)
                ? KeyRotationStatements.clearOdd : KeyRotationStatements.clearEven
            let cleared = try await transaction.run(
                statement, [.uuid(last), .int(Int64(settings.batchRowsMax))])
            try await advance(cleared.rowCount, transaction)
            return try cleared.rows.map { try $0.value("client_id") as String }.max()
        }
    }

    /// Wraps the keys of the log's months by the newest generation.
    private func rewrapMonths() async throws {
        try await locked { transaction, place in
            try await rewrapMonths(place, transaction)
        }
    }

    private func rewrapMonths(_ place: Place, _ transaction: Transaction) async throws {
        let keys = try await StoredTenantKey.unwrapped(place.keys, of: tenant, by: masterKeys)
        let newest = keys.newest
        let rows = try await transaction.run(
            KeyRotationStatements.auditKeys, [.int(Int64(newest.generation))]
        ).rows
        var steps: [WorkStep] = []
        for row in rows {
            guard let month = AuditMonth(firstDay: try row.value("month")) else {
                throw CryptoError.malformed
            }
            let old = try keys.key(of: UInt8(clamping: try row.value("generation") as Int))
            let secret = try old.unwrap(auditKey: try row.value("wrapped_key"), month: month)
            steps.append(
                WorkStep(
                    KeyRotationStatements.rewrapAuditKey,
                    [
                        .date(month.firstDay), .int(Int64(newest.generation)),
                        .bytes(try newest.wrap(auditKey: secret, month: month)),
                    ]))
        }
        if !steps.isEmpty { _ = try await transaction.run(steps) }
    }

    private func finish() async throws -> Bool {
        try await locked { transaction, place in
            guard let finished = try await transaction.run([finishing])[0].first else {
                return false
            }
            let count: Int64 = try finished.value("row_count")
            let generation = place.current.map { "\($0.generation)" } ?? "null"
            let details = "{\"generation\": \(generation), \"identity_codes\": \(count)}"
            _ = try await transaction.run([event(.rotated, details)])
            return true
        }
    }

    /// Destroys generations that were retired, where nothing is left of what they sealed.
    ///
    /// - Returns: how many.
    func destroyRetired() async throws -> Int {
        try await locked { transaction, place in
            guard place.incoming == nil, place.status != .ended else { return 0 }
            try await rewrapMonths(place, transaction)
            var count = 0
            for key in place.keys where key.state == .retired {
                let number = SQLValue.int(Int64(key.generation))
                let answers = WorkStep(KeyRotationStatements.answers, [number])
                guard try await !Self.remains(answers, transaction) else { continue }
                // Waits for those who have just sealed an answer with it.
                _ = try await transaction.run(KeyRotationStatements.lockAnswers)
                guard let current = place.current, try await !Self.remains(answers, transaction),
                    try await !Self.remains(
                        WorkStep(
                            KeyRotationStatements.remains, [.int(Int64(current.generation))]),
                        transaction)
                else { continue }
                _ = try await transaction.run([
                    WorkStep(KeyRotationStatements.destroy, [number]),
                    event(.destroyed, "{\"generation\": \(key.generation)}"),
                ])
                count += 1
            }
            return count
        }
    }

    // MARK: Transactions

    /// Where the keys stand, under the lock of the tenant's schema.
    struct Place: Sendable {
        let status: RegisteredOrganisation.Status
        let version: Int
        /// The highest number that a generation ever had here.
        let lastGeneration: UInt8
        /// Whether the generation that was ordered has replaced the one before. A restore may have undone
        /// that.
        let isReplaced: Bool
        let keys: [StoredTenantKey]

        var current: StoredTenantKey? { keys.first { $0.state == .current } }
        var incoming: StoredTenantKey? { keys.first { $0.state == .incoming } }

        /// A number that no generation had, and that is odd where the one before is even: each has a
        /// column of its own.
        func next(after generation: UInt8) throws(KeyRotationError) -> UInt8 {
            var next = Int(max(lastGeneration, keys.map(\.generation).max() ?? generation)) + 1
            if next % 2 == Int(generation) % 2 { next += 1 }
            guard let number = UInt8(exactly: next) else { throw .generationsExhausted }
            return number
        }
    }

    private var code: SQLValue { .text(tenant.code) }

    private var finishing: WorkStep {
        WorkStep(KeyRotationStatements.finish, [code, .text(order.kind.rawValue)])
    }

    private func event(_ kind: RecordedTenantEvent.Kind, _ details: String) -> WorkStep {
        TenantOrder(for: RegistryCaller(uri: order.actor))
            .event(kind, tenant, contentDigest: nil, details: details)
    }

    private func advance(_ count: Int, _ transaction: Transaction) async throws {
        _ = try await transaction.run(
            KeyRotationStatements.advance, [code, .int(Int64(count))])
    }

    /// Steps of one kind until nothing is left, each followed by a rest, so that others get their work
    /// done.
    ///
    /// - Parameter body: gets the id of the last client that it was through with, and gives the next; nil
    ///   where nothing is left.
    private func batches(
        _ body: (String, Transaction, Place) async throws -> String?
    ) async throws {
        var last = "00000000-0000-0000-0000-000000000000"
        while true {
            try Task.checkCancellation()
            let began = ContinuousClock.now
            guard let next = try await locked({ try await body(last, $0, $1) }) else { return }
            last = next
            try await afterBatch()
            try await Task.sleep(for: (ContinuousClock.now - began) * settings.restFactor)
        }
    }

    /// Runs a step, again where it only came in the way of others.
    private func locked<Value: Sendable>(
        _ body: (Transaction, Place) async throws -> Value
    ) async throws -> Value {
        let patience = LockPatience.standard
        let scope = Scope(role: "icds_owner", schema: tenant, settings: [patience.setting])
        var attempt = 1
        while true {
            do {
                return try await migrator.transaction(
                    in: scope, options: WorkOptions(deadline: .now + Self.stepTimeLimit)
                ) { try await body($0, try await place($0)) }
            } catch let error as DatabaseError
                where error.isLockConflict && attempt < patience.attemptsMax
            {
                try await Task.sleep(for: patience.pause(afterAttempt: attempt))
                attempt += 1
            }
        }
    }

    private func place(_ transaction: Transaction) async throws -> Place {
        let results = try await transaction.run([
            WorkStep(ProvisioningStatements.lock, [.int(Int64(tenant.code) ?? 0)]),
            WorkStep(KeyRotationStatements.state, [code]),
            WorkStep(StoredTenantKey.read),
        ])
        guard let row = results[1].first else { throw RegistryError.organisationNotFound }
        let state: String = try row.optional("rotation_state") ?? ""
        let keys = try results[2].rows.map { try StoredTenantKey($0) }
        let lastGeneration = UInt8(clamping: try row.value("last_generation") as Int)
        let current = keys.first { $0.state == .current }
        return Place(
            status: try row.enumeration("status"), version: try row.value("schema_version"),
            lastGeneration: lastGeneration,
            isReplaced: state == "clearing" && current?.generation == lastGeneration, keys: keys)
    }

    private static func remains(
        _ step: WorkStep, _ transaction: Transaction
    ) async throws -> Bool {
        try await transaction.run([step])[0].only().value("remains")
    }
}
