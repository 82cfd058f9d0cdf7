import NIOCore

extension ServerConnection {
    /// What the connection's operator sees.
    var info: ConnectionInfo {
        let state: ConnectionInfo.State =
            switch machine.state {
            case _ where isClosing: .closing
            case _ where isHandshaking: .handshaking
            case .awaitingHello, .admitting: .admitting
            case .ready: .ready
            case .announcedDrain, .draining: .draining
            case .closed: .closing
            }
        let now = eventLoop.now
        return ConnectionInfo(
            id: registryID ?? 0, reference: reference, state: state, peer: peer,
            address: remoteAddress, implementation: implementation, openedAt: openedAt,
            ageMilliseconds: (now - acceptedAt).nanoseconds / 1_000_000,
            lastCallAt: lastCallAt.map { Timestamp.now(minus: now - $0) }, openCalls: calls.count,
            session: session, tally: tally)
    }
}

extension Timestamp {
    /// The moment that long ago.
    fileprivate static func now(minus time: TimeAmount) -> Timestamp {
        let now = Timestamp.now()
        let total = now.seconds * 1_000_000_000 + Int64(now.nanos) - time.nanoseconds
        return Timestamp(
            seconds: total / 1_000_000_000, nanos: Int32(total % 1_000_000_000))
    }
}
