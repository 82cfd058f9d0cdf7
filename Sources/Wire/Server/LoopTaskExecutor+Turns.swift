import NIOCore

/// Connections that wait for their turn, and jobs that rest, until the loop has looked at its sockets.
extension LoopTaskExecutor {
    /// How long a loop without anything else to do waits for its sockets before it goes on with those
    /// who wait.
    private static let waitForSockets = TimeAmount.microseconds(10)

    /// Whether a connection that takes much should wait for its turn: one to which bytes have come and
    /// which had more to take than a turn's worth last time, or one that would read much. Who takes
    /// little is served at once: that is how peers that ask for all they can get do not hold up the
    /// others, however many they are.
    var shouldGreedyWait: Bool { work.isEnoughForGreedy || !waiting.isEmpty }

    /// Whether a connection that reads much has to wait for its turn before it reads on. Many reads, however
    /// short each, are a long round: those who are inside large frames would have one each.
    func mustLargeReadWait() -> Bool { shouldGreedyWait || !work.takeLargeRead() }

    /// Whether anybody waits for a turn.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// Calls `takeTurn` of `connection` when the sockets have been looked at, and those that have used
    /// less of the loop have had theirs. On the event loop only.
    func waitForTurn(_ connection: any LoopFlushing) {
        eventLoop.assertInEventLoop()
        waiting.append(connection)
        scheduleTurns()
    }

    /// `connection` is over.
    func stopWaiting(_ connection: any LoopFlushing) {
        eventLoop.assertInEventLoop()
        waiting.removeAll { $0 === connection }
    }

    /// Has those who wait, and jobs that rest, go on after the loop has looked at its sockets.
    func scheduleTurns() {
        guard !areTurnsScheduled, !waiting.isEmpty || !resting.isEmpty else { return }
        areTurnsScheduled = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        rounds.atEnd(of: eventLoop) { bound.value.haveSocketsHadTheirs = true }
        lookForTurns()
    }

    /// The end of a round does not wake the loop: something must be due soon after.
    private func lookForTurns() {
        eventLoop.assumeIsolated().scheduleTask(in: Self.waitForSockets) {
            if self.haveSocketsHadTheirs { self.takeTurns() } else { self.lookForTurns() }
        }
    }

    private func takeTurns() {
        areTurnsScheduled = false
        haveSocketsHadTheirs = false
        work.socketsHadTheirs()
        let end = eventLoop.now + work.forWaiting
        var asked = TimeAmount.zero
        endRest()
        repeat {
            guard let connection = nextWaiting() else { break }
            inOneTurn(of: connection) { asked = asked + connection.takeTurn() }
        } while eventLoop.now + asked < end
        scheduleTurns()
    }

    /// The one that has used least of the loop; of several the one that has waited longest.
    private func nextWaiting() -> (any LoopFlushing)? {
        let now = eventLoop.now
        var least: (index: Int, use: UInt64)?
        for index in waiting.indices {
            let use = waiting[index].loopUse.counted(at: now)
            if least.map({ use < $0.use }) ?? true { least = (index, use) }
        }
        return least.map { waiting.remove(at: $0.index) }
    }
}
