public import AuditProof

/// Whose checkpoints count in the operator's log, and under which name new ones are made.
public struct OperatorIdentity: Sendable {
    /// Names the log in new checkpoints.
    public let origin: String
    /// The keys that signed it, the present one first; each with the name that the log had then.
    public let keys: [NoteKey]

    /// - Parameter former: keys that signed before this one, and names that the log had before.
    /// - Throws: `ProofError.malformed` where no log may have this name.
    public init(
        origin: String, key: VerifyingKey, former: [NoteKey] = []
    ) throws(ProofError) {
        self.origin = origin
        keys = [try NoteKey(name: origin, key: key)] + former
    }

    /// - Throws: `SealingError.checkpointForged` where it is none of this operator's, or of another size.
    func verified(_ stored: OperatorLog.Stored) throws -> Checkpoint {
        try verified(stored.note, number: stored.entry.number)
    }

    func verified(_ note: String, number: UInt64) throws -> Checkpoint {
        do {
            let checkpoint = try Checkpoint.verified(try SignedNote(text: note), by: keys)
            if checkpoint.size == number { return checkpoint }
        } catch ProofError.malformed {
            // As one of another size.
        }
        throw SealingError.checkpointForged(number: number)
    }

    /// Throws where the database lacks a checkpoint that was handed out, or has another in its place.
    func requirePresent(_ known: Checkpoint, in log: OperatorLog) async throws {
        let newest = try await log.newest()
        let size = newest?.entry.number ?? 0
        if known.size <= size {
            let stored =
                newest?.entry.number == known.size ? newest : try await log.checkpoint(known.size)
            let body = try? stored.map { try SignedNote(text: $0.note).body }
            if body == known.body { return }
        }
        throw SealingError.checkpointsLost(known: known.size, found: size)
    }
}
