import AuditProof
import Rehearsal

/// Compares, once the load has ended, what the callers know with what is there.
struct Inspection: Sendable {
    let site: Site
    let load: Load
    let checkpointMin: UInt64
    let say: @Sendable (String) -> Void

    private var municipalities: [String] { Parties.municipalities.map(\.code) }

    func inspect(_ report: inout ChaosReport) async throws {
        let connection = try AdminConnection(await site.pair.primary)
        try await Patience.require("the database is at rest", atMost: ChaosRun.catchingUp) {
            try connection.value(Self.atWork) == "0"
        }
        var facts: [String: TenantFacts] = [:]
        for code in municipalities {
            facts[code] = try TenantFacts(of: code, through: connection)
        }
        say("the records are read; the feed's readers get what is left")
        try await awaitReaders(facts)
        await load.stopReading()
        var rows: [String: [AccessCheck.Row]] = [:]
        for code in municipalities {
            guard let caller = load.callers[code] else { continue }
            rows[code] = try await LogReader(caller: caller).rows()
        }
        await load.end()
        let entries = load.ledger.entries
        report.entries = entries
        report.entries.feeds = load.readers.map(\.record)
        report.findings += entries.findings
        for status in site.daemon.exitsByItself {
            report.findings.append(
                Finding(.availability, "the daemon ended by itself with \(status)"))
        }
        say("the records are compared with what the callers know")
        for code in municipalities {
            guard let own = facts[code] else { continue }
            let tenant = try TenantCheck(code, entries, own)
            report.records += tenant.counts
            report.findings += tenant.findings
            let accesses = AccessCheck(code, entries.accesses, rows[code] ?? [])
            report.accessesAnswered += accesses.answeredCount
            report.accessesRefused += accesses.refusedCount
            report.rowsWithoutAnswer += accesses.rowsWithoutAnswer
            report.findings += accesses.findings
            for feed in report.entries.feeds where feed.municipality == code {
                if let finding = FeedCheck.finding(feed, own.outbox.map(\.event)) {
                    report.findings.append(finding)
                }
            }
        }
        try await inspectSeals(connection, &report)
        if let status = await site.daemon.stop(), status != 0 {
            report.findings.append(
                Finding(.availability, "the daemon was asked to end and gave \(status)"))
        }
    }

    /// The load has ended, so that the outbox grows no more. One that began in the middle tells by its
    /// last change.
    private func awaitReaders(_ facts: [String: TenantFacts]) async throws {
        _ = try await Patience.wait(atMost: ChaosRun.catchingUp, every: .milliseconds(100)) {
            load.readers.allSatisfy { reader in
                let record = reader.record
                let outbox = facts[record.municipality]?.outbox ?? []
                return record.isFromBeginning
                    ? record.events.count >= outbox.count
                    : record.events.last == outbox.last?.event
            }
        }
    }

    private func inspectSeals(
        _ connection: AdminConnection, _ report: inout ChaosReport
    ) async throws {
        for code in municipalities {
            try connection.use(schema: "m\(code)")
            let isSealed = try await Patience.wait(atMost: ChaosRun.catchingUp) {
                try connection.value(Self.unsealed) == "0"
            }
            if !isSealed {
                report.findings.append(Finding(.seals, "\(code): rows are not sealed"))
            }
        }
        say("the logs are exported and verified")
        let (notes, findings) = try SealCheck.checkpoints(
            handedOut: report.entries.checkpoints,
            file: site.folder.daemonState + "/checkpoints", sizeMin: checkpointMin)
        report.findings += findings
        report.checkpointsVerified = notes.count
        let check = SealCheck(
            run: site.folder, program: site.commandLine, certificates: site.certificates,
            port: site.daemon.port, publicKey: site.publicKey)
        for code in municipalities {
            let result = await check.verify(code, checkpoints: notes)
            report.rowsVerified += result.rowCount
            report.sealsVerified += result.sealCount
            report.findings += result.findings
        }
    }

    /// Writes that nobody waits for any more may still be under way.
    private static let atWork: StaticString = """
        SELECT count(*) FROM pg_stat_activity
        WHERE usename IN ('icds_api', 'icds_sharing') AND state <> 'idle'
        """

    private static let unsealed: StaticString = """
        SELECT count(*) FROM audit AS a
        WHERE (a.era, a.xid, a.seq) > (
            SELECT s.last_era, s.last_xid, s.last_seq FROM seal AS s
            ORDER BY s.number DESC LIMIT 1)
        """
}
