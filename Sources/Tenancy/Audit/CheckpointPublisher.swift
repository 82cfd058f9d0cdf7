internal import AuditProof

/// Hands checkpoints on once they are in the database: each to the file that holds them all, the newest
/// to whoever tells callers. Nothing is handed on that none of the operator's keys signed, nor where the
/// database contradicts what was handed on before.
public actor CheckpointPublisher {
    private static let notesMax = 1_000

    private let log: OperatorLog
    private let file: CheckpointFile
    private let identity: OperatorIdentity
    private let tell: @Sendable (_ size: UInt64, _ note: String) -> Void
    /// The last checkpoint in the file, once it was looked for.
    private var written: Checkpoint?
    private var hasLooked = false
    private var told: Checkpoint?

    /// - Parameters:
    ///   - database: connections of `icds_sealer`.
    ///   - tell: called with each checkpoint that is the newest.
    public init(
        database: Database, file: CheckpointFile, identity: OperatorIdentity,
        tell: @escaping @Sendable (_ size: UInt64, _ note: String) -> Void
    ) {
        log = OperatorLog(database: database, role: "icds_sealing")
        self.file = file
        self.identity = identity
        self.tell = tell
    }

    /// Looks once. Callers are told even where the file cannot be written.
    ///
    /// - Throws: `SealingError.checkpointsLost`, `SealingError.checkpointForged`: nothing is handed on then.
    ///   `CheckpointFile.Failure`, `DatabaseError`, `ProofError`.
    public func publish() async throws {
        let unread = look()
        for known in [told, written] {
            if let known { try await identity.requirePresent(known, in: log) }
        }
        guard let newest = try await log.newest() else { return }
        let checkpoint = try identity.verified(newest)
        if checkpoint != told {
            tell(checkpoint.size, newest.note)
            told = checkpoint
        }
        if let unread { throw unread }
        while (written?.size ?? 0) < checkpoint.size {
            let notes = try await log.notes(after: written?.size ?? 0, limit: Self.notesMax)
            let checkpoints = try notes.map { try identity.verified($0.note, number: $0.number) }
            guard let end = checkpoints.last else { return }
            try file.append(notes.map(\.note))
            written = end
        }
    }

    /// Looks for the last checkpoint in the file, until it could be read once.
    private func look() -> (any Error)? {
        guard !hasLooked else { return nil }
        do {
            written = try file.lastCheckpoint(of: identity)
            hasLooked = true
            return nil
        } catch {
            return error
        }
    }
}
