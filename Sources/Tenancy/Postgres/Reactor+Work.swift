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
                leases[lease] = Lease(tenant: job.tenant, deadline: job.options.deadline)
            }
            switch scheduler.enqueue(job.id, tenant: job.tenant, isLease: isLease) {
            case .success: jobs[job.id] = job
            case .failure(let refusal):
                if let lease = job.lease { leases[lease] = nil }
                counters.workRefused()
                job.fail(refusal)
            }
        case .more(let lease), .commit(let lease):
            acceptInside(lease, job, now)
        }
    }

    /// A further segment of a transaction: its connection is waiting for it.
    private func acceptInside(_ lease: UInt64, _ job: Job, _ now: ContinuousClock.Instant) {
        guard let held = leases[lease], let slot = held.slot else {
            let error = leases[lease]?.error
            if case .commit = job.kind { end(lease: lease) }
            return job.answer(
                .failure(error ?? DatabaseError(.unavailable, "the transaction has ended")))
        }
        if connections[slot]?.copy != nil {
            abandon(lease: lease, Self.copyUnfinished)
            if job.kind.isCommit { end(lease: lease) }
            return job.answer(.failure(Self.copyUnfinished))
        }
        jobs[job.id] = job
        send(job, slot: slot, now)
    }

    func assignWork(_ now: ContinuousClock.Instant) {
        wantsMoreConnections = false
        guard scheduler.queuedCount > 0 else { return }
        let depthMax = configuration.limits.pipelineDepthMax
        var loads = connections.map { Self.load(of: $0, depthMax, now) }
        while scheduler.queuedCount > 0 {
            let assignment = scheduler.next(loads) { work, slot in
                guard let job = jobs[work], let connection = connections[slot] else {
                    return .blocked
                }
                return connection.suitability(for: job)
            }
            guard let assignment else { break }
            let slot = assignment.slot
            if loads[slot].segmentCount > 0 || isCrowded(assignment, loads[slot]) {
                wantsMoreConnections = true
            }
            assign(assignment, now)
            loads[slot] = Self.load(of: connections[slot], depthMax, now)
        }
        if scheduler.queuedCount > 0 { wantsMoreConnections = true }
        if wantsMoreConnections { growIfUseful(now) }
    }

    /// Whether a tenant is met where others are known, which another connection could do.
    private func isCrowded(
        _ assignment: WorkScheduler.Assignment, _ load: WorkScheduler.Load
    ) -> Bool {
        guard load.tenantCount > 0, let job = jobs[assignment.work] else { return false }
        return connections[assignment.slot]?.suitability(for: job) == .strange
    }

    private static func load(
        of connection: PostgresConnection?, _ depthMax: Int, _ now: ContinuousClock.Instant
    ) -> WorkScheduler.Load {
        guard let connection else { return .none }
        let machine = connection.machine
        return WorkScheduler.Load(
            canRun: machine.canRun(depthMax: depthMax), canLease: machine.canLease,
            isLeased: machine.isLeased, segmentCount: machine.segmentCount,
            isStaying: machine.isStaying, tenantCount: connection.tenantCount,
            stallCount: connection.stallCount(now))
    }

    private func assign(_ assignment: WorkScheduler.Assignment, _ now: ContinuousClock.Instant) {
        guard let job = jobs[assignment.work] else { return }
        if case .open(let lease) = job.kind {
            connections[assignment.slot]?.lease(lease, now)
            leases[lease]?.slot = assignment.slot
            leases[lease]?.isUnderWay = true
        }
        send(job, slot: assignment.slot, now)
    }

    private func send(_ job: Job, slot: Int, _ now: ContinuousClock.Instant) {
        job.slot = slot
        job.sentAt = .now
        counters.waited(job.acceptedAt.duration(to: job.sentAt))
        guard let connection = connections[slot], connection.send(job, now: now) else {
            return lose(slot: slot)
        }
        let looks = connection.takeLooks()
        counters.looked(hits: looks.hits, misses: looks.misses)
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
            lose(slot: slot, .unclean)
        } else if !connection.tidy() {
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
        case .fail(PostgresConnection.memoryWork): memoryIsUnknown(error)
        case .fail(let work):
            if let job = jobs[work] { job.error = error?.seen(by: job, at: .now) }
        case .failCommit(let work):
            jobs[work]?.error = DatabaseError(
                .statement(sqlState: "25P02"), "the transaction had failed and was rolled back")
        case .finish(PostgresConnection.serverWork, _): connectionArrived()
        case .finish(let work, _):
            finish(work: work)
        case .protocolViolation:
            logger.critical("libpq and the connection's state disagree; closing the connection")
        }
    }

    /// Said once: every connection of the pool finds the same.
    private func memoryIsUnknown(_ error: DatabaseError?) {
        guard !saidMemoryIsUnknown else { return }
        saidMemoryIsUnknown = true
        logger.notice(
            "the database cannot say how much memory a connection has: see its bootstrap",
            metadata: ["sqlState": "\(error?.sqlState ?? "none")"])
    }

    private func finish(work: UInt64) {
        guard let job = removeSent(work) else { return }
        counters.ran(job.sentAt.duration(to: .now))
        if let error = job.error {
            job.answer(.failure(error))
        } else {
            job.answer(.success(job.results))
        }
    }

    /// Takes out a work whose end is known, and counts its unit as ended.
    func removeSent(_ work: UInt64) -> Job? {
        guard let job = jobs.removeValue(forKey: work) else { return nil }
        switch job.kind {
        case .run: scheduler.ended(tenant: job.tenant)
        case .commit(let lease): end(lease: lease)
        case .open, .more: break
        }
        return job
    }

    /// A transaction is over, or its connection gone.
    @discardableResult
    func end(lease: UInt64) -> Lease? {
        guard let held = leases.removeValue(forKey: lease) else { return nil }
        if held.isUnderWay { scheduler.ended(tenant: held.tenant) }
        return held
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
        switch connection.machine.abandon(lease: lease, isCopying: connection.copy != nil) {
        case .none, .awaitCommit: return
        case .cancelAndClose: sendCancel(connection)
        case .close: break
        }
        leases[lease]?.error = error
        connection.copy?.end(.failure(error))
        for work in connection.machine.works {
            jobs.removeValue(forKey: work)?.answer(.failure(error))
        }
        lose(slot: slot, .abandoned)
    }

    func rollBack(lease: UInt64) {
        guard let slot = end(lease: lease)?.slot,
            let connection = connections[slot], connection.machine.state == .leased(lease)
        else { return }
        guard connection.copy == nil else {
            sendCancel(connection)
            return lose(slot: slot, .abandoned)
        }
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

extension Job {
    func fail(_ refusal: WorkScheduler.Refusal) {
        switch refusal {
        case .full: fail(.overloaded, "the queue for a connection is full")
        case .tenantFull: fail(.tenantBusy, "the tenant's share of the queue is full")
        }
    }
}

extension DatabaseError {
    /// What a statement's end by cancellation means to its work: where its time was not over, somebody
    /// else has ended it, and it may be tried again.
    fileprivate func seen(by job: Job, at now: ContinuousClock.Instant) -> DatabaseError {
        guard sqlState == "57014", let deadline = job.options.deadline, now < deadline else {
            return self
        }
        return DatabaseError(.unavailable, message, sqlState: sqlState)
    }
}
