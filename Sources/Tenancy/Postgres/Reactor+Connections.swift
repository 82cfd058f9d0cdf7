internal import Logging

/// How connections are made, watched, replaced and given up.
extension Reactor {
    var isShuttingDown: Bool { shutdownLimit != nil }

    private var establishedCount: Int {
        connections.count { $0?.machine.isEstablished == true }
    }

    private var connectingSlot: Int? {
        connections.firstIndex { $0?.machine.state == .connecting }
    }

    func maintainConnections(_ now: ContinuousClock.Instant) {
        for slot in connections.indices {
            guard let connection = connections[slot] else { continue }
            if connection.machine.state == .connecting {
                if now >= connection.startedAt + configuration.limits.connectTimeout {
                    connectFailed(slot: slot, "no answer in time")
                }
            } else if now >= connection.retiresAt && !connection.machine.isRetiring {
                connection.machine.retire()
                settle(slot: slot)
            }
        }
        // One connection is kept even when nobody asks, so that readiness is known.
        if establishedCount == 0 && connectingSlot == nil { connectIfDue(now) }
    }

    /// One more connection, when some work would not have to wait or share with it.
    func growIfUseful(_ now: ContinuousClock.Instant) {
        if connectingSlot == nil { connectIfDue(now) }
    }

    private func connectIfDue(_ now: ContinuousClock.Instant) {
        guard !isShuttingDown, let slot = connections.firstIndex(where: { $0 == nil }) else {
            return
        }
        if let nextConnectAt, now < nextConnectAt { return }
        guard
            let connection = PostgresConnection(
                configuration: configuration, now: now, random: .random(in: 0..<1))
        else { return connectFailed(slot: slot, "libpq refused") }
        connections[slot] = connection
        // After the start the socket is to be watched for writing.
        watchConnecting(slot: slot, connection, write: true)
    }

    func continueConnecting(slot: Int) {
        guard let connection = connections[slot] else { return }
        switch connection.continueConnecting() {
        case .wantsRead: watchConnecting(slot: slot, connection, write: false)
        case .wantsWrite: watchConnecting(slot: slot, connection, write: true)
        case .failed: connectFailed(slot: slot, connection.failureText)
        case .established:
            unwatch(slot: slot)
            counters.connectionOpened()
            backoff.succeeded()
            nextConnectAt = nil
            downSince = nil
            updateInterest(slot: slot)
            availability.set(true)
        }
    }

    private func connectFailed(slot: Int, _ reason: String) {
        counters.connectFailed()
        let now = ContinuousClock.now
        nextConnectAt = now + backoff.failed(random: .random(in: 0..<1))
        unwatch(slot: slot)
        connections[slot]?.close()
        connections[slot] = nil
        guard establishedCount == 0 else { return }
        availability.set(false)
        if downSince == nil {
            downSince = now
            logger.warning("cannot connect to the database", metadata: ["reason": "\(reason)"])
        }
        note(deadline: now + configuration.limits.unavailableWait)
    }

    /// Says what the pool does now: once a turn of the loop, so that metrics cost nothing more.
    func publishStatistics() {
        var (open, inUse) = (0, 0)
        for case let connection? in connections where connection.machine.isEstablished {
            open += 1
            if connection.machine.isWorking { inUse += 1 }
        }
        counters.set(open: open, inUse: inUse, waiting: scheduler.queuedCount)
    }

    // MARK: Watching

    /// While connecting, libpq may change sockets between steps: each step registers anew.
    private func watchConnecting(slot: Int, _ connection: PostgresConnection, write: Bool) {
        unwatch(slot: slot)
        interest[slot] = (connection.descriptor, write)
        poller.add(connection.descriptor, slot: slot, read: !write, write: write)
    }

    func updateInterest(slot: Int) {
        guard let connection = connections[slot], connection.machine.isEstablished else { return }
        let write = connection.wantsWrite
        if let current = interest[slot] {
            guard current.write != write else { return }
            poller.change(connection.descriptor, slot: slot, read: true, write: write)
        } else {
            poller.add(connection.descriptor, slot: slot, read: true, write: write)
        }
        interest[slot] = (connection.descriptor, write)
    }

    private func unwatch(slot: Int) {
        if let current = interest[slot] { poller.remove(current.descriptor) }
        interest[slot] = nil
    }

    // MARK: Losing

    /// Closes a connection and answers everything that was under way on it.
    func lose(slot: Int) {
        guard let connection = connections[slot] else { return }
        unwatch(slot: slot)
        connections[slot] = nil
        var held: UInt64?
        if case .leased(let lease) = connection.machine.state { held = lease }
        let verdicts = connection.machine.lost()
        connection.close()
        if let lease = held, var record = leases[lease] {
            let lost = DatabaseError(.unavailable, "the connection was lost in the transaction")
            record.slot = nil
            record.error = record.error ?? lost
            leases[lease] = record
        }
        for (work, verdict) in verdicts {
            guard let job = jobs.removeValue(forKey: work) else { continue }
            if case .commit(let lease) = job.kind { leases[lease] = nil }
            answer(job, verdict)
        }
    }

    private func answer(_ job: Job, _ verdict: ConnectionStateMachine.Verdict) {
        switch verdict {
        case .asRecorded:
            job.answer(job.error.map { .failure($0) } ?? .success(job.results))
        case .unavailable: job.fail(.unavailable, "the connection was lost")
        case .outcomeUnknown:
            job.fail(.outcomeUnknown, "the connection was lost after the commit was sent")
        }
    }
}
