import Foundation
import Rehearsal

/// One run from an empty folder to the report.
package struct ChaosRun: Sendable {
    /// How long the feed's readers may take to get the last changes, and the sealer for the last rows.
    static let catchingUp = Duration.seconds(60)

    private let options: ChaosOptions
    private let say: @Sendable (String) -> Void

    /// - Parameter say: takes a line of progress.
    package init(_ options: ChaosOptions, say: @escaping @Sendable (String) -> Void) {
        self.options = options
        self.say = say
    }

    /// Sets up, breaks, checks and cleans up.
    ///
    /// - Returns: also where something does not hold: the report has what.
    /// - Throws: `ProcessFailure` where the run cannot be made; `CancellationError`.
    package func run() async throws -> ChaosReport {
        let folder = try RunFolder(in: options.parent)
        let keeper = try Keeper(folder: folder.path)
        say("seed \(options.seed); everything is in \(folder.path)")
        do {
            let report = try await run(in: folder)
            let keeps = options.keepsFolder || !report.findings.isEmpty
            await keeper.end(keepingFolder: keeps)
            if keeps { say("the files are kept in \(folder.path)") }
            return report
        } catch {
            let isInterrupted = error is CancellationError || Task.isCancelled
            let keeps = options.keepsFolder || !isInterrupted
            await keeper.end(keepingFolder: keeps)
            if keeps { say("the files are kept in \(folder.path)") }
            throw error
        }
    }

    private func run(in folder: RunFolder) async throws -> ChaosReport {
        let start = ContinuousClock.now
        var report = ChaosReport(seed: options.seed)
        report.areDisksFilled = options.mountsDisks
        let site = try await Site(options, in: folder)
        let load = try Load(
            certificates: site.certificates, port: site.daemon.port, ledger: Ledger(),
            seed: options.seed)
        do {
            load.start()
            let checkpointMin = try await site.awaitCheckpoint()
            try await site.pair.addStandby()
            say("the load runs; commits wait for the standby")
            try await breakThings(site, load.ledger, &report)
            say("the faults are over; the load ends")
            await load.stop()
            try await Inspection(
                site: site, load: load, checkpointMin: checkpointMin, say: say
            ).inspect(&report)
        } catch {
            await load.end()
            report.findings += load.ledger.entries.findings
            if error is CancellationError || report.findings.isEmpty { throw error }
            // What the load found says more than what it led to.
            report.findings.append(Finding(.availability, "\(error)"))
            report.entries = load.ledger.entries
        }
        report.duration = .now - start
        return report
    }

    private func breakThings(
        _ site: Site, _ ledger: Ledger, _ report: inout ChaosReport
    ) async throws {
        let injector = FaultInjector(
            pair: site.pair, daemon: site.daemon, disks: site.disks, ledger: ledger)
        let steps = options.schedule.steps
        for (index, step) in steps.enumerated() {
            try await Task.sleep(for: step.load)
            if step.fault.kind.isKill {
                report.writesUnderWayAtKills += ledger.writesUnderWay
            }
            let begin = ContinuousClock.now
            let detail = try await injector.carryOut(step)
            report.faults[step.fault, default: 0] += 1
            let milliseconds = Int((ContinuousClock.now - begin) / .milliseconds(1))
            say(
                "\(index + 1)/\(steps.count) \(step.fault)"
                    + (detail.isEmpty ? "" : " (\(detail))")
                    + ": writes again after \(milliseconds) ms; "
                    + "\(ledger.writesAcknowledged) so far")
        }
    }
}
