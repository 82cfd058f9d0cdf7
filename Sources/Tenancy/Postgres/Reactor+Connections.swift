internal import Logging
internal import Synchronization

/// How connections are made, watched, replaced and given up.
extension Reactor {
    var isShuttingDown: Bool { shutdownLimit != nil }

    /// Connections that have arrived.
    private var thereCount: Int {
        connections.count { $0.map { !$0.machine.isArriving } ?? false }
    }

    private var arrivingSlot: Int? {
        connections.firstIndex { $0?.machine.isArriving == true }
    }

    func maintainConnections(_ now: ContinuousClock.Instant) {
        for slot in connections.indices {
            guard let connection = connections[slot] else { continue }
            if connection.machine.isArriving {
                if now >= connection.startedAt + configuration.limits.connectTimeout {
                    connectFailed(slot: slot, "no answer in time")
                }
            } else if now >= connection.retiresAt {
                connection.becomeDue(.age)
                guard connection.isResting(now), thereCount > 1 else { continue }
                connection.retire(.age)
                settle(slot: slot)
            }
        }
        guard arrivingSlot == nil else { return }
        // One connection is kept even when nobody asks, so that readiness is known.
        if thereCount == 0 || dueSlot != nil { connectIfDue(now) }
    }

    var hasFreeSlot: Bool { connections.contains { $0 == nil } }

    /// The pool has fewer connections than it may keep. The last slot is for one that takes another's
    /// place.
    var mayGrow: Bool {
        connections.count { $0 != nil } < configuration.connectionCountMax
    }

    /// A connection that another is to take the place of.
    var dueSlot: Int? {
        connections.firstIndex { $0?.due != nil && $0?.machine.isStaying == true }
    }

    /// One more connection, when some work would not have to wait or share with it.
    func growIfUseful(_ now: ContinuousClock.Instant) {
        if arrivingSlot == nil, mayGrow { connectIfDue(now) }
    }

    /// Connections are replaced one after the other, and none before the next is there, so that nothing
    /// waits for it.
    private func retireDue() {
        guard let slot = dueSlot, let reason = connections[slot]?.due else { return }
        connections[slot]?.retire(reason)
        settle(slot: slot)
    }

    private func connectIfDue(_ now: ContinuousClock.Instant) {
        guard !isShuttingDown, let slot = connections.firstIndex(where: { $0 == nil }) else {
            return
        }
        if let nextConnectAt, now < nextConnectAt { return }
        guard
            let connection = PostgresConnection(
                configuration: configuration, host: hosts.current, now: now,
                random: .random(in: 0..<1))
        else { return connectFailed(slot: slot, "libpq refused") }
        connections[slot] = connection
        // After the start the socket is to be watched for writing.
        unwatch(slot: slot)
        watch(slot: slot, connection, read: false, write: true)
    }

    func continueConnecting(slot: Int) {
        guard let connection = connections[slot] else { return }
        // While connecting, libpq may change sockets between steps: each step registers anew.
        unwatch(slot: slot)
        switch connection.continueConnecting() {
        case .wantsRead: watch(slot: slot, connection, read: true, write: false)
        case .wantsWrite: watch(slot: slot, connection, read: false, write: true)
        case .failed: connectFailed(slot: slot, connection.failureText)
        case .established:
            guard connection.askForServer() else { return lose(slot: slot) }
            updateInterest(slot: slot)
        }
    }

    /// A connection has said which server it leads to. Whoever lets us in and then says nothing, such as
    /// a proxy before a server that has stopped, serves nobody: until here it is an attempt.
    func connectionArrived() {
        counters.connectionOpened()
        backoff.succeeded()
        hosts.succeeded()
        nextConnectAt = nil
        downSince = nil
        compareServers()
        availability.set(true)
        retireDue()
    }

    /// After a failover what was read before may never have been: the new primary need not have every
    /// commit of the old one. So what waits is refused, since it may rely on such things; connections
    /// to the old one take nothing more; and who keeps what was read is told by the number.
    private func compareServers() {
        let told = connections.compactMap { $0?.machine.isStaying == true ? $0?.server : nil }
            .filter { !$0.isEmpty }
        guard let newest = told.last(where: { $0 != primary }) else { return }
        let isFirst = primary == nil
        primary = newest
        guard !isFirst else { return }
        primaryNumber.add(1, ordering: .sequentiallyConsistent)
        logger.warning("the database is another server than before")
        for slot in connections.indices {
            guard let server = connections[slot]?.server, server != newest else { continue }
            connections[slot]?.retire(.stale)
            settle(slot: slot)
        }
        for job in Array(jobs.values) where job.slot == nil {
            fail(waiting: job, .unavailable, "the database has become another server")
        }
    }

    private func connectFailed(slot: Int, _ reason: String) {
        counters.connectFailed()
        let now = ContinuousClock.now
        let pause = hosts.failed() ? backoff.failed(random: .random(in: 0..<1)) : .zero
        nextConnectAt = now + pause
        unwatch(slot: slot)
        connections[slot]?.close()
        connections[slot] = nil
        // Where there is no room for one more, the one that is due goes first.
        guard thereCount == 0 else { return retireDue() }
        availability.set(false)
        if downSince == nil {
            downSince = now
            logger.warning("cannot connect to the database", metadata: ["reason": "\(reason)"])
        }
        note(deadline: now + configuration.limits.unavailableWait)
    }

    /// Says what the pool does now: once a turn of the loop, so that metrics cost nothing more.
    func publishStatistics() {
        var (open, inUse, underWay) = (0, 0, 0)
        for case let connection? in connections where !connection.machine.isArriving {
            open += 1
            underWay += connection.machine.segmentCount
            if connection.machine.isWorking { inUse += 1 }
        }
        counters.set(
            open: open, inUse: inUse, waiting: scheduler.queuedCount, underWay: underWay)
    }

    // MARK: Watching

    func updateInterest(slot: Int) {
        guard let connection = connections[slot], connection.machine.isEstablished else { return }
        watch(
            slot: slot, connection, read: connection.wantsRead, write: connection.wantsWrite)
    }

    func watch(slot: Int, _ connection: PostgresConnection, read: Bool, write: Bool) {
        let wanted = Interest(descriptor: connection.descriptor, read: read, write: write)
        guard let current = interest[slot] else {
            poller.add(connection.descriptor, slot: slot, read: read, write: write)
            interest[slot] = wanted
            return
        }
        guard current != wanted else { return }
        poller.change(connection.descriptor, slot: slot, read: read, write: write)
        interest[slot] = wanted
    }

    func unwatch(slot: Int) {
        if let current = interest[slot] { poller.remove(current.descriptor) }
        interest[slot] = nil
    }

    // MARK: Losing

    /// Closes a connection and answers everything that was under way on it. The reason counts where the
    /// connection was not to be closed already. One that was still arriving is an attempt that failed.
    func lose(slot: Int, _ reason: ConnectionEnd = .lost) {
        guard let connection = connections[slot] else { return }
        if connection.machine.isStranger, !isStopping {
            return connectFailed(slot: slot, connection.failureText)
        }
        counters.connectionClosed(connection.retirement ?? reason)
        unwatch(slot: slot)
        connections[slot] = nil
        var held: UInt64?
        if case .leased(let lease) = connection.machine.state { held = lease }
        let verdicts = connection.machine.lost()
        connection.close()
        connection.copy?.end(
            .failure(DatabaseError(.unavailable, "the connection was lost in a COPY")))
        if let lease = held, var record = leases[lease] {
            let lost = DatabaseError(.unavailable, "the connection was lost in the transaction")
            if record.isUnderWay { scheduler.ended(tenant: record.tenant) }
            record.isUnderWay = false
            record.slot = nil
            record.error = record.error ?? lost
            leases[lease] = record
        }
        for (work, verdict) in verdicts {
            if let job = removeSent(work) { answer(job, verdict) }
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
