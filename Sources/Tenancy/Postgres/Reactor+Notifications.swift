internal import Logging

/// The connection kept for LISTEN, beside the pool: it is there while somebody listens.
extension Reactor {
    /// Behind the pool's slots.
    var listenerSlot: Int { connections.count }

    func subscribe(_ id: UInt64, _ subscriber: NotificationSubscriber) {
        guard !isShuttingDown else { return subscriber.continuation.finish() }
        subscribers[id] = subscriber
        listenAnew()
    }

    func unsubscribe(_ id: UInt64) {
        guard let gone = subscribers.removeValue(forKey: id) else { return }
        gone.continuation.finish()
        if subscribers.isEmpty {
            closeListener()
        } else if let listener, !subscribers.values.contains(where: { $0.channel == gone.channel }),
            listener.machine.isEstablished, !listener.sendControl(["UNLISTEN " + gone.channel.name])
        {
            loseListener("cannot send")
        }
    }

    func maintainListener(_ now: ContinuousClock.Instant) {
        guard !subscribers.isEmpty, !isShuttingDown else { return }
        if let listener {
            guard listener.machine.state == .connecting else { return }
            if now >= listener.startedAt + configuration.limits.connectTimeout {
                loseListener("no answer in time")
            }
            return
        }
        if let nextListenAt, now < nextListenAt { return }
        guard
            let connection = PostgresConnection(
                configuration: configuration, host: listenerHosts.current, now: now,
                random: .random(in: 0..<1))
        else { return loseListener("libpq refused") }
        listener = connection
        watch(slot: listenerSlot, connection, read: false, write: true)
    }

    /// When the listener next has something due.
    func listenerDeadline() -> ContinuousClock.Instant? {
        guard !subscribers.isEmpty else { return nil }
        guard let listener else { return nextListenAt }
        guard listener.machine.state == .connecting else { return nil }
        return listener.startedAt + configuration.limits.connectTimeout
    }

    func handleListener(_ event: Poller.Event) {
        guard let listener else { return }
        guard listener.machine.isEstablished else { return continueListenerConnecting(listener) }
        if event.isWritable && !listener.flush() { return loseListener("cannot send") }
        guard event.isReadable else { return watchListener(listener) }
        let isOpen = listener.receive { action, _, error in
            if let error {
                logger.error("LISTEN failed", metadata: ["error": "\(error)"])
            }
            if case .finish = action { becameListening() }
        }
        for (channel, payload) in listener.takeNotifications() {
            counters.notified()
            for subscriber in subscribers.values where subscriber.channel.name == channel {
                subscriber.tell(.notified(payload: payload))
            }
        }
        guard isOpen else { return loseListener("the connection was lost") }
        watchListener(listener)
    }

    private func continueListenerConnecting(_ listener: PostgresConnection) {
        unwatch(slot: listenerSlot)
        switch listener.continueConnecting() {
        case .wantsRead: watch(slot: listenerSlot, listener, read: true, write: false)
        case .wantsWrite: watch(slot: listenerSlot, listener, read: false, write: true)
        case .failed: loseListener(listener.failureText)
        case .established:
            listenerBackoff.succeeded()
            listenerHosts.succeeded()
            nextListenAt = nil
            watch(slot: listenerSlot, listener, read: true, write: false)
            listenAnew()
        }
    }

    /// Sends LISTEN for everybody who does not listen yet: twice on one connection does no harm.
    private func listenAnew() {
        guard let listener, listener.machine.isEstablished else { return }
        let wanted = Set(subscribers.values.filter { !$0.isListening }.map(\.channel.name))
        guard !wanted.isEmpty else { return }
        guard listener.sendControl(wanted.map { "LISTEN " + $0 }) else {
            return loseListener("cannot send")
        }
        watchListener(listener)
    }

    /// What was sent last was carried out. A subscriber that came meanwhile is told a moment too early
    /// and once more when its own LISTEN is done, which costs a look and misses nothing.
    private func becameListening() {
        let isLast = listener?.machine.segmentCount == 0
        for (id, subscriber) in subscribers where !subscriber.isListening {
            subscriber.tell(.mayHaveMissed)
            if isLast { subscribers[id]?.isListening = true }
        }
    }

    private func watchListener(_ listener: PostgresConnection) {
        watch(slot: listenerSlot, listener, read: true, write: listener.wantsWrite)
    }

    func loseListener(_ reason: String) {
        closeListener()
        let isTurnOver = listenerHosts.failed()
        nextListenAt = .now
        if isTurnOver { nextListenAt = .now + listenerBackoff.failed(random: .random(in: 0..<1)) }
        logger.debug("not listening", metadata: ["reason": "\(reason)"])
    }

    private func closeListener() {
        unwatch(slot: listenerSlot)
        listener?.close()
        listener = nil
        for id in subscribers.keys { subscribers[id]?.isListening = false }
    }

    func stopListening() {
        closeListener()
        for subscriber in subscribers.values { subscriber.continuation.finish() }
        subscribers.removeAll()
    }
}
