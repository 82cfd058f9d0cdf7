import Rehearsal

/// Carries out faults and brings back what they took away, as those who run a site would.
struct FaultInjector: Sendable {
    /// How long a disk stays full.
    private static let fullDisk = Duration.seconds(4)
    /// How many writes must have been acknowledged since a fault before the next.
    private static let writesBetween = 25
    /// How long the service may take until then.
    private static let recovery = Duration.seconds(90)

    let pair: ServerPair
    let daemon: DaemonControl
    let disks: Disks
    let ledger: Ledger

    /// Does it and returns once the service has been back for some writes.
    ///
    /// - Returns: what else is to be said of it.
    /// - Throws: `ProcessFailure` where the site cannot be brought back.
    func carryOut(_ step: Schedule.Step) async throws -> String {
        let fault = step.fault
        let detail = try await harm(fault)
        if step.outage > .zero { try await Task.sleep(for: step.outage) }
        let acknowledged = ledger.writesAcknowledged
        let isBack = try await Patience.wait(atMost: Self.recovery) {
            try await restore()
            return ledger.writesAcknowledged - acknowledged >= Self.writesBetween
        }
        guard isBack else {
            ledger.find(
                Finding(
                    .availability,
                    "\(fault): no \(Self.writesBetween) writes after \(Self.recovery)"))
            throw ProcessFailure("\(fault): the service did not come back")
        }
        return detail
    }

    private func harm(_ fault: Fault) async throws -> String {
        let primary = await pair.primary
        switch fault {
        case .killBackend:
            var state: String?
            try await Patience.require("a process to kill", atMost: .seconds(30)) {
                state = try await primary.killBackend()
                return state != nil
            }
            return "in \(state ?? "")"
        case .killPostmaster: try await primary.kill(.postmaster)
        case .killPostgres: try await primary.kill(.whole)
        case .killDaemon:
            await daemon.kill()
            try daemon.start()
        case .fillDisk: return try await fill(primary)
        case .stopDatabase(let seconds):
            primary.halt()
            try? await Task.sleep(for: .seconds(seconds))
            primary.goOn()
            try Task.checkCancellation()
        case .promoteStandby:
            // Only a standby that the primary waits for has all that was acknowledged.
            try await pair.awaitStandby()
            try await pair.promote()
            // While the load goes on.
            try await pair.addStandby()
        }
        return ""
    }

    /// Starts the primary again where it has ended.
    private func restore() async throws {
        if await pair.primary.postmaster == nil { try await pair.startPrimary() }
    }

    private func fill(_ primary: PostgresServer) async throws -> String {
        try await disks.fill(primary)
        let end = ContinuousClock.now + Self.fullDisk
        var ended = 0
        while ContinuousClock.now < end {
            // It may not even be able to recover as long as there is no room.
            if primary.postmaster == nil {
                ended += 1
                _ = try await primary.start()
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        try await disks.clear(primary)
        return ended == 0 ? "PostgreSQL stayed" : "PostgreSQL ended \(ended) times"
    }
}
