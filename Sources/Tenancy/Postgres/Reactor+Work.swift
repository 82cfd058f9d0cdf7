internal import Logging

/// How work comes in, is given to connections, and gets its answer.
extension Reactor {
    func accept(_ job: Job, _ now: ContinuousClock.Instant) {
        if let deadline = job.options.deadline {
            guard now < deadline else {
                return job.fail(.deadlineExceeded, "the deadline passed before the work began")
            }
            note(deadline: deadline)
        }
        switch job.kind {
        case .run, .open:
            guard shutdownLimit == nil else {
                return job.fail(.unavailable, "the database is shutting down")
            }
            var isLease = false
            if case .open(let lease) = job.kind {
                isLease = true
                leases[lease] = Lease(deadline: job.options.deadline)
            }
            guard scheduler.enqueue(job.id, tenant: job.tenant, isLease: isLease) else {
                if let lease = job.lease { leases[lease] = nil }
                return job.fail(.overloaded, "the queue for a connection is full")
            }
            jobs[job.id] = job
        case .more(let lease), .commit(let lease):
            acceptInside(lease, job, now)
        }
    }

    /// A further segment of a transaction: its connection is waiting for it.
    private func acceptInside(_ lease: UInt64, _ job: Job, _ now: ContinuousClock.Instant) {
        guard let held = leases[lease], let slot = held.slot else {
            let error = leases[lease]?.error
            if case .commit = job.kind { leases[lease] = nil }
            return job.answer(
                .failure(error ?? DatabaseError(.unavailable, "the transaction has ended")))
        }
        jobs[job.id] = job
        send(job, slot: slot, now)
    }

    func assignWork(_ now: ContinuousClock.Instant) {
        wantsMoreConnections = false
        guard scheduler.queuedCount > 0 else { return }
        let depthMax = configuration.limits.pipelineDepthMax
        while true {
            let loads = connections.map { connection in
                guard let machine = connection?.machine else {
                    return WorkScheduler.Load(
                        canRun: false, canLease: false, isLeased: false, segmentCount: 0)
                }
                var isLeased = false
                if case .leased = machine.state { isLeased = true }
                return WorkScheduler.Load(
                    canRun: machine.canRun(depthMax: depthMax), canLease: machine.canLease,
                    isLeased: isLeased, segmentCount: machine.segmentCount)
            }
            let assignment = scheduler.next(loads) { work, slot in
                guard let job = jobs[work], let connection = connections[slot] else {
                    return .blocked
                }
                return connection.suitability(for: job.steps)
            }
            guard let assignment else { break }
            if loads[assignment.slot].segmentCount > 0 { wantsMoreConnections = true }
            assign(assignment, now)
        }
        if scheduler.queuedCount > 0 { wantsMoreConnections = true }
        if wantsMoreConnections { growIfUseful(now) }
    }

    private func assign(_ assignment: WorkScheduler.Assignment, _ now: ContinuousClock.Instant) {
        guard let job = jobs[assignment.work] else { return }
        if case .open(let lease) = job.kind {
            connections[assignment.slot]?.machine.lease(lease)
            leases[lease]?.slot = assignment.slot
        }
        send(job, slot: assignment.slot, now)
    }

    private func send(_ job: Job, slot: Int, _ now: ContinuousClock.Instant) {
        job.slot = slot
        guard let connection = connections[slot], connection.send(job, now: now) else {
            return lose(slot: slot)
        }
        updateInterest(slot: slot)
    }

    // MARK: Answers

    func receive(slot: Int) {
        guard let connection = connections[slot] else { return }
        let isOpen = connection.receive { action, result, error in
            carryOut(action, result, error)
        }
        guard isOpen else { return lose(slot: slot) }
        settle(slot: slot)
    }

    /// Closes a connection that has nothing under way and is not to be used again.
    func settle(slot: Int) {
        guard let connection = connections[slot], connection.machine.isIdle else { return }
        let isIdle = connection.isTransactionIdle
        if connection.machine.becameIdle(isTransactionIdle: isIdle) == .close {
            if !isIdle { logger.error("database connection came back inside a transaction") }
            lose(slot: slot)
        }
    }

    private func carryOut(
        _ action: ConnectionStateMachine.Action, _ result: ResultStorage?, _ error: DatabaseError?
    ) {
        switch action {
        case .none, .prepared: break
        case .collect(let work):
            if let result { jobs[work]?.results.append(SQLResult(result)) }
        case .fail(let work):
            jobs[work]?.error = error
        case .failCommit(let work):
            jobs[work]?.error = DatabaseError(
                .statement(sqlState: "25P02"), "the transaction had failed and was rolled back")
        case .finish(let work, _):
            finish(work: work)
        case .protocolViolation:
            logger.critical("libpq and the connection's state disagree; closing the connection")
        }
    }

    private func finish(work: UInt64) {
        guard let job = jobs.removeValue(forKey: work) else { return }
        if case .commit(let lease) = job.kind { leases[lease] = nil }
        if let error = job.error {
            job.answer(.failure(error))
        } else {
            job.answer(.success(job.results))
        }
    }

    // MARK: Giving up

    func cancel(work: UInt64) {
        guard let job = jobs[work] else { return }
        if job.slot == nil {
            fail(waiting: job, .cancelled, "cancelled while waiting for a connection")
        } else if let lease = job.lease {
            abandon(lease: lease, DatabaseError(.cancelled, "cancelled"))
        }
        // A run contains its commit: it is answered with what became of it.
    }

    func fail(waiting job: Job, _ kind: DatabaseError.Kind, _ message: String) {
        _ = scheduler.remove(job.id, tenant: job.tenant)
        jobs[job.id] = nil
        if let lease = job.lease { leases[lease] = nil }
        job.fail(kind, message)
    }

    /// Ends a transaction from outside, unless its COMMIT is on the way.
    func abandon(lease: UInt64, _ error: DatabaseError) {
        guard let slot = leases[lease]?.slot, let connection = connections[slot] else { return }
        switch connection.machine.abandon(lease: lease) {
        case .none, .awaitCommit: return
        case .cancelAndClose: sendCancel(connection)
        case .close: break
        }
        leases[lease]?.error = error
        for work in connection.machine.works {
            jobs.removeValue(forKey: work)?.answer(.failure(error))
        }
        lose(slot: slot)
    }

    func rollBack(lease: UInt64) {
        guard let slot = leases.removeValue(forKey: lease)?.slot,
            let connection = connections[slot], connection.machine.state == .leased(lease)
        else { return }
        guard connection.sendRollback() else { return lose(slot: slot) }
        updateInterest(slot: slot)
    }

    private func sendCancel(_ connection: PostgresConnection) {
        guard cancelsUnderWay < configuration.limits.cancelsUnderWayMax,
            let canceller = connection.makeCanceller()
        else { return }
        cancelsUnderWay += 1
        canceller.send { [self] in post(.cancelSent) }
    }
}
