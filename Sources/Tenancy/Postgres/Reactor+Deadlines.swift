/// What happens when time passes.
extension Reactor {
    func note(deadline: ContinuousClock.Instant) {
        if deadline < earliestDeadline ?? deadline + .seconds(1) { earliestDeadline = deadline }
    }

    /// Looks at every work when the earliest noted deadline has passed, which is about once for
    /// each length of a deadline, and notes the next.
    func expire(_ now: ContinuousClock.Instant) {
        guard let earliest = earliestDeadline, now >= earliest else { return }
        earliestDeadline = nil
        for job in Array(jobs.values) {
            if job.slot == nil {
                expire(waiting: job, now)
            } else if let deadline = job.options.deadline {
                expire(sent: job, deadline, now)
            }
        }
        for (lease, held) in leases {
            guard held.slot != nil, let deadline = held.deadline else { continue }
            if now >= deadline {
                abandon(
                    lease: lease,
                    DatabaseError(.deadlineExceeded, "the deadline passed in the transaction"))
            } else {
                note(deadline: deadline)
            }
        }
    }

    private func expire(waiting job: Job, _ now: ContinuousClock.Instant) {
        if let deadline = job.options.deadline {
            if now >= deadline {
                return fail(
                    waiting: job, .deadlineExceeded, "the deadline passed in the queue")
            }
            note(deadline: deadline)
        }
        guard let downSince else { return }
        let patience = downSince + configuration.limits.unavailableWait
        if now >= patience {
            fail(waiting: job, .unavailable, "the database cannot be reached")
        } else {
            note(deadline: patience)
        }
    }

    /// A run or a COMMIT is never cancelled: its statement timeout ends what can be ended, and
    /// after a little grace its outcome counts as unknown. Its connection takes nothing new then
    /// and closes when nobody waits for it any more.
    private func expire(
        sent job: Job, _ deadline: ContinuousClock.Instant, _ now: ContinuousClock.Instant
    ) {
        let end = deadline + configuration.limits.commitGrace
        switch job.kind {
        case .open, .more: return
        case .run, .commit:
            guard now >= end else { return note(deadline: now < deadline ? deadline : end) }
        }
        guard let slot = job.slot, let connection = connections[slot] else { return }
        if job.options.readOnly {
            job.fail(.deadlineExceeded, "the deadline passed before the answer came")
        } else {
            job.fail(.outcomeUnknown, "the deadline passed after the commit was sent")
        }
        connection.retire(.overdue)
        let isAwaited = connection.machine.works.contains { jobs[$0]?.isAnswered == false }
        if !isAwaited { lose(slot: slot) }
    }

    /// Works that wait while there is no connection need a look as soon as patience ends; the
    /// other times at which something is due are few.
    func millisecondsToWait(_ now: ContinuousClock.Instant) -> Int32? {
        var next = earliestDeadline
        func consider(_ instant: ContinuousClock.Instant?) {
            guard let instant else { return }
            next = min(next ?? instant, instant)
        }
        var hasConnection = false
        var isArriving = false
        for connection in connections {
            guard let connection else { continue }
            hasConnection = true
            if connection.machine.isArriving {
                isArriving = true
                consider(connection.startedAt + configuration.limits.connectTimeout)
            } else if connection.due == nil, !connection.machine.isRetiring {
                consider(connection.retiresAt)
            }
            // What waits for a connection looks again when that one is found to stall.
            if scheduler.queuedCount > 0 { consider(connection.nextStall(now)) }
        }
        let wantsOne = !hasConnection || wantsMoreConnections && mayGrow || dueSlot != nil
        if hasFreeSlot, !isArriving, !isShuttingDown, wantsOne { consider(nextConnectAt) }
        consider(listenerDeadline())
        consider(shutdownLimit)
        guard let next else { return nil }
        return Int32(clamping: now.duration(to: next).wholeMilliseconds)
    }
}
