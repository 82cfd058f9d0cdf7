extension Attacker {
    /// Keeps this thread's share of connections open, does `step` with each again and again, and
    /// replaces those that the server has ended. Returns when the attack is over.
    ///
    /// - Parameter pause: milliseconds between two rounds.
    func herd<Connection>(
        every pause: Int32, open: () throws(HostileError) -> Connection,
        step: (Connection) throws(HostileError) -> Void
    ) throws(HostileError) {
        var connections: [Connection] = []
        while !isOver {
            while connections.count < share, !isOver {
                do throws(HostileError) {
                    connections.append(try open())
                } catch {
                    if case .own = error { throw error }
                    break
                }
            }
            var kept: [Connection] = []
            for connection in connections where !isOver {
                do throws(HostileError) {
                    try step(connection)
                    kept.append(connection)
                } catch {
                    // A peer that cannot be written to is still there.
                    if case .timeout = error { kept.append(connection) }
                }
            }
            connections = kept
            self.pause(milliseconds: pause)
        }
    }

    /// Throws where the server has closed the connection; reads what it has sent.
    func checkOpen(_ socket: PlainSocket) throws(HostileError) {
        while socket.isReadable(withinMilliseconds: 0) {
            guard try !socket.receive().isEmpty else {
                count("closed by the server")
                throw .closed
            }
        }
    }

    /// Throws where the server has closed the connection; reads what it has sent.
    func checkOpen(_ peer: TLSPeer) throws(HostileError) {
        guard drain(peer) else { throw .closed }
    }
}
