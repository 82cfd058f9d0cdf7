internal import AuditProof

/// Hands checkpoints on once they are in the database: each to the file that holds them all, the newest
/// to whoever tells callers.
public actor CheckpointPublisher {
    private static let notesMax = 1_000

    private let log: OperatorLog
    private let file: CheckpointFile
    private let tell: @Sendable (_ size: UInt64, _ note: String) -> Void
    /// Size of the last checkpoint in the file, once it was looked for.
    private var written: UInt64?
    private var told: UInt64 = 0

    /// - Parameters:
    ///   - database: connections of `icds_sealer`.
    ///   - tell: called with each checkpoint that is the newest.
    public init(
        database: Database, file: CheckpointFile,
        tell: @escaping @Sendable (_ size: UInt64, _ note: String) -> Void
    ) {
        log = OperatorLog(database: database, role: "icds_sealing")
        self.file = file
        self.tell = tell
    }

    /// Looks once. Callers are told even where the file cannot be written.
    ///
    /// - Throws: `CheckpointFile.Failure`, `DatabaseError`, `ProofError`.
    public func publish() async throws {
        guard let newest = try await log.newest() else { return }
        if newest.entry.number != told {
            tell(newest.entry.number, newest.note)
            told = newest.entry.number
        }
        while true {
            let last = try written ?? file.lastSize()
            written = last
            guard last < newest.entry.number else { return }
            let notes = try await log.notes(after: last, limit: Self.notesMax)
            guard let end = notes.last else { return }
            try file.append(notes.map(\.note))
            written = end.number
        }
    }
}
