import ArgumentParser
import AuditProof
import Contract
import Foundation
import Synchronization
import Tenancy
import TestSupport
import Testing
import Wire

@testable import icds

/// Parts of the log, and checkpoints that speak of other parts of it, as a municipality has them that
/// verifies each month; and exports that take long.
@Suite(.serialized) struct AuditRangeTests {
    private static let shared = Task {
        let site = try await ServiceSite.make()
        let sealer = site.sealer()
        for _ in 0..<3 { try await site.round(sealer) }
        return site
    }

    private func moment(ofSeal number: Int, _ site: ServiceSite) throws -> String {
        let times = try site.fixture.rows(
            """
            SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            FROM m837.seal WHERE number = \(number)
            """)
        return try #require(times[0][0])
    }

    private func kept(_ numbers: ClosedRange<Int>, _ site: ServiceSite) throws -> TemporaryFile {
        let notes = try numbers.map { number in
            try #require(
                try site.fixture.rows(
                    "SELECT note FROM registry.checkpoint WHERE number = \(number)")[0][0])
        }
        return try TemporaryFile(notes.joined(separator: "\n"))
    }

    private func verified(
        _ site: ServiceSite, _ file: String, _ kept: TemporaryFile, _ range: [String]
    ) async throws -> CommandResult {
        let export = await CommandResult.of(
            ["audit", "export", file, "--user", "u", "--purpose", "log-oversight"]
                + ["--checkpoint", kept.path] + range + site.connection(.tampere))
        try #require(export.status == .success, "\(export.error)")
        return await CommandResult.of([
            "audit", "verify", file, "--municipality", "837", "--part", "--public-key",
            try site.publicKey, "--checkpoint", kept.path,
        ])
    }

    @Test func checkpointsThatWereKeptOfOtherRowsDoNotAccuseAPart() async throws {
        let site = try await Self.shared.value
        let all = try kept(1...3, site)
        let early = try await verified(
            site, site.folder + "/early.jsonl", all, ["--to", try moment(ofSeal: 2, site)])
        #expect(early.status == .success, "\(early.error)")
        #expect(early.output.contains("rows 1 to 2 are held by a checkpoint that you kept: 2 of"))
        #expect(early.output.contains("NOT COMPARED: 1, from 3 of"))
        let late = try await verified(
            site, site.folder + "/late.jsonl", all, ["--from", try moment(ofSeal: 3, site)])
        #expect(late.status == .success, "\(late.error)")
        #expect(late.output.contains("rows 3 to 3 are held by a checkpoint that you kept: 3 of"))
        #expect(late.output.contains("NOT COMPARED: 1, from 1 of"))
        // None that could show anything.
        let none = try await verified(
            site, site.folder + "/none.jsonl", try kept(1...1, site),
            ["--from", try moment(ofSeal: 3, site)])
        #expect(none.status == .notAccepted)
        #expect(none.error.contains("none of the checkpoints that you kept speaks of the rows"))
    }

    /// A year of checkpoints is more than one call may ask for.
    @Test func anyNumberOfKeptCheckpointsCanBeShown() async throws {
        let site = try await ServiceSite.make()
        let sealer = site.sealer()
        for _ in 0..<5 { try await site.round(sealer) }
        let all = try kept(1...5, site)
        let file = site.folder + "/many.jsonl"
        let export = try AuditExport.parse(
            [file, "--user", "u", "--purpose", "log-oversight"] + site.connection(.tampere))
        try await Session.run(export.common, user: export.access.user) { session in
            let output = try OutputFile(file)
            _ = try await LogExport(session: session, access: export.access, checkpointsMax: 2)
                .write(to: output, from: nil, until: nil, checkpoints: [1, 2, 3, 4, 5])
            try output.finish()
        }
        let items = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        #expect(items.filter { $0.hasPrefix("{\"proof\"") }.count == 5)
        let result = await CommandResult.of([
            "audit", "verify", file, "--municipality", "837", "--public-key", try site.publicKey,
            "--checkpoint", all.path,
        ])
        #expect(result.status == .success, "\(result.error)")
        #expect(result.output.contains("checkpoints that you kept and that agree: 5\n"))
    }

    /// More rows than are read at a time, within a seal and over several.
    @Test func aLogOfManyPagesIsExportedInOrder() async throws {
        let site = try await ServiceSite.make()
        let sealer = site.sealer()
        for count in [3, 700, 600, 2] {
            _ = try site.fixture.rows(
                """
                INSERT INTO m837.audit (actor_kind, actor_code, actor_system, method, outcome,
                    purpose, client_count, call_reference)
                SELECT 'county', '06', 'x', 'x', 1, 0, 0, 'x' FROM generate_series(1, \(count))
                """)
            try await site.round(sealer)
        }
        let result = try await verified(
            site, site.folder + "/pages.jsonl", try kept(4...4, site), [])
        #expect(result.status == .success, "\(result.error)")
        #expect(result.output.hasPrefix("verified: m837, 1310 rows, 4 seals\n"))
        #expect(result.output.contains("rows 1 to 1309 are held by a checkpoint that you kept: 4"))
    }

    /// A checkpoint of the time before the municipality took the service into use.
    @Test func aCheckpointFromBeforeTheFirstSealGoesOnBeingShown() async throws {
        let site = try await ServiceSite.make()
        let sealer = site.sealer()
        _ = try await site.fixture.municipality(ServiceFixture.oulu).create()
        _ = try await sealer.round(checkpointNow: true)
        try await site.round(sealer)
        let result = try await verified(
            site, site.folder + "/new.jsonl", try kept(1...1, site), [])
        #expect(result.status == .success, "\(result.error)")
        #expect(result.output.contains("so that they hold no row: 1, the last 1 of"))
        #expect(result.output.contains("NOT WITNESSED"))
    }

    @Test func aKnownFileThatCannotBeReadIsNotTakenForAnEmptyOne() async throws {
        let site = try await Self.shared.value
        let newest = await site.icds(as: .tampere, "audit", "checkpoint")
        for wrong in ["nothing\n", "\n", String(newest.output.dropLast(40))] {
            let known = try TemporaryFile(wrong)
            let result = await site.icds(
                as: .tampere, "audit", "checkpoint", "--known", known.path)
            #expect(result.status == .usage && result.output.isEmpty, "\(wrong)")
        }
        // Before the first there is nothing in it.
        let empty = try TemporaryFile("")
        let first = await site.icds(as: .tampere, "audit", "checkpoint", "--known", empty.path)
        #expect(first.status == .success && first.output == newest.output)
        // As Windows writes lines, of a log that was another.
        let other = try Checkpoint(
            origin: ServiceSite.origin, size: 2, root: [UInt8](repeating: 1, count: 32)
        ).signed(by: site.key).text.replacing("\n", with: "\r\n")
        let known = try TemporaryFile(other)
        let anew = await site.icds(as: .tampere, "audit", "checkpoint", "--known", known.path)
        #expect(anew.status == .notAccepted)
        #expect(anew.error.contains("does not continue the kept checkpoint 2"))
    }

    // MARK: Time

    private final class Deadlines: AuditServiceProtocol, Sendable {
        private let values = Mutex<[Duration?]>([])
        var all: [Duration?] { values.withLock { $0 } }

        func exportAccesses(
            _ request: ExportAccessesRequest, responses: ResponseWriter<ExportAccessesResponse>,
            context: ServerContext
        ) async throws {
            values.withLock { $0.append(context.deadline.map { $0 - .now }) }
            try await responses.send(.with { $0.item = .end(Contract.LogEnd()) })
        }

        func listAccesses(
            _ request: ListAccessesRequest, context: ServerContext
        ) async throws -> ListAccessesResponse { throw RPCStatus(.unimplemented, "TEST", "") }

        func getCheckpoint(
            _ request: GetCheckpointRequest, context: ServerContext
        ) async throws -> GetCheckpointResponse { throw RPCStatus(.unimplemented, "TEST", "") }
    }

    @Test func anExportMayTakeLongerThanACall() async throws {
        let deadlines = Deadlines()
        try await ScriptedServer.run(
            more: [AuditServiceBinding(deadlines)], caller: "urn:icds:municipality:837:test"
        ) { server in
            let folder = "/tmp/icds-export-\(UUID().uuidString.prefix(8))"
            defer {
                for name in ["1", "2"] {
                    try? FileManager.default.removeItem(atPath: folder + name)
                }
            }
            let common = ["--user", "u", "--purpose", "log-oversight"]
            let usual = await server.icds(["audit", "export", folder + "1"] + common)
            #expect(usual.status == .success, "\(usual.error)")
            let short = await server.icds(
                ["audit", "export", folder + "2", "--timeout", "9s"] + common)
            #expect(short.status == .success, "\(short.error)")
        }
        let all = deadlines.all.compactMap { $0 }
        try #require(all.count == 2)
        // As long as the server lets a call take, not half a minute.
        #expect(all[0] > .seconds(550) && all[1] < .seconds(10))
    }
}
