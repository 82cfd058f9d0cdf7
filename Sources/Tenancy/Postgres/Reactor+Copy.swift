/// COPY on the connection that a transaction holds.
extension Reactor {
    func beginCopy(_ work: CopyWork) {
        guard let held = leases[work.lease], let slot = held.slot,
            let connection = connections[slot]
        else {
            let error = leases[work.lease]?.error
            return work.end(
                .failure(error ?? DatabaseError(.unavailable, "the transaction has ended")))
        }
        guard connection.copy == nil, connection.machine.segmentCount == 0 else {
            return work.end(.failure(Self.copyUnfinished))
        }
        guard connection.begin(work) else {
            work.end(.failure(DatabaseError(.unavailable, "the connection was lost")))
            return lose(slot: slot)
        }
        updateInterest(slot: slot)
    }

    /// The task has made room, or has bytes.
    func continueCopy(lease: UInt64) {
        guard let slot = leases[lease]?.slot, connections[slot]?.copy != nil else { return }
        advanceCopy(slot: slot, isReadable: false)
        updateInterest(slot: slot)
    }

    func advanceCopy(slot: Int, isReadable: Bool) {
        guard let connection = connections[slot], let work = connection.copy else { return }
        let progress = connection.advanceCopy(isReadable: isReadable)
        counters.copied(connection.takeCopiedBytes(), work.direction)
        if progress == .lost { lose(slot: slot) }
    }

    static let copyUnfinished = DatabaseError(
        .statement(sqlState: "55000"), "a COPY was left unfinished")
}
