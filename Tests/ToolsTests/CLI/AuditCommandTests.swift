import AuditProof
import Contract
import Foundation
import TestSupport
import Testing

@testable import icds

/// `icds audit` against the real service, and without any connection.
@Suite(.serialized) struct AuditCommandTests {
    static let shared = Task {
        let site = try await ServiceSite.make()
        let sealer = site.sealer()
        for _ in 0..<3 { try await site.round(sealer) }
        return site
    }

    @Test func theProgramWritesAFileThatItVerifiesWithoutAConnection() async throws {
        let site = try await Self.shared.value
        let file = site.folder + "/program.jsonl"
        let export = try site.program(
            as: .tampere,
            ["audit", "export", file, "--user", "m.virtanen", "--purpose", "log-oversight"])
        #expect(try await export.exitCode() == 0, "\(export.output)")
        #expect(export.output.hasSuffix("3 seals, 1 checkpoints"))
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(!text.contains("m.virtanen") && !text.contains("user-1"), "who it was is sealed")
        let verify = try site.program(
            as: .nobody,
            ["audit", "verify", "-", "--municipality", "837", "--public-key", site.publicKey])
        for line in text.split(separator: "\n") { try verify.write(String(line)) }
        verify.endInput()
        #expect(try await verify.exitCode() == 0, "\(verify.output)")
        #expect(verify.lines.first?.hasPrefix("verified: m837, ") == true)
        #expect(verify.output.contains("NOT WITNESSED: no checkpoint that you kept holds any"))
        #expect(verify.output.contains("rows at the end have no seal yet"))
    }

    @Test func aFileThatIsThereIsNotReplacedAndAFailedExportLeavesNone() async throws {
        let site = try await Self.shared.value
        let file = site.folder + "/there.jsonl"
        try "mine".write(toFile: file, atomically: true, encoding: .utf8)
        let there = await site.icds(
            as: .tampere, "audit", "export", file, "--user", "u", "--purpose", "log-oversight")
        #expect(there.status == .usage && there.error.contains("is there already"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
        let none = site.folder + "/none.jsonl"
        let refused = await site.icds(as: .operation, "audit", "export", none, "--user", "u")
        #expect(refused.status == .refused)
        let moment = await site.icds(
            as: .tampere, "audit", "export", none, "--user", "u", "--from", "yesterday")
        #expect(moment.status == .usage && moment.error.contains("is no moment"))
        let order = await site.icds(
            as: .tampere, "audit", "export", none, "--user", "u", "--from",
            "2027-01-02T00:00:00Z", "--to", "2027-01-01T00:00:00Z")
        #expect(order.status == .notAccepted && order.error.contains("recorded_until"))
        for name in [none, none + ".part"] {
            #expect(!FileManager.default.fileExists(atPath: name))
        }
    }

    @Test func aRangeBeginsBehindASealAndIsVerifiedFromThere() async throws {
        let site = try await Self.shared.value
        let times = try site.fixture.rows(
            """
            SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            FROM m837.seal WHERE number = 2
            """)
        let moment = try #require(times[0][0])
        let file = site.folder + "/range.jsonl"
        let result = await site.icds(
            as: .tampere, "audit", "export", file, "--user", "u", "--purpose", "log-oversight",
            "--from", moment, "--to", moment)
        #expect(result.status == .success, "\(result.error)")
        let whole = await site.icds(
            as: .nobody, "audit", "verify", file, "--municipality", "837", "--public-key",
            try site.publicKey)
        #expect(whole.status == .notAccepted && whole.error.contains("say --part"))
        let verified = await site.icds(
            as: .nobody, "audit", "verify", file, "--municipality", "837", "--part",
            "--public-key", try site.publicKey)
        #expect(verified.status == .success, "\(verified.error)")
        #expect(verified.output.contains("verified: m837, 1 rows, 1 seals\n"))
        #expect(verified.output.contains("rows 2 to 2 of the log are in it, sealed"))
        #expect(verified.output.contains("PART OF THE LOG: the 1 rows before are not in it"))
        #expect(verified.output.contains("PART OF THE LOG: it was asked to end before"))
    }

    @Test func aCheckpointIsPrintedVerifiedAndContinued() async throws {
        let site = try await ServiceSite.make()
        let sealer = site.sealer()
        let none = await site.icds(as: .tampere, "audit", "checkpoint")
        #expect(none.status == .notFound)
        try await site.round(sealer)
        let key = try TemporaryFile(try site.publicKey + "\n")
        let first = await site.icds(
            as: .tampere, "audit", "checkpoint", "--public-key", key.path)
        #expect(first.status == .success, "\(first.error)")
        try await site.round(sealer)
        let kept = try TemporaryFile(first.output)
        let next = await site.icds(
            as: .operation, "audit", "checkpoint", "--public-key", key.path, "--known", kept.path)
        #expect(next.status == .success, "\(next.error)")
        // What is kept may be added to one file.
        let notes = try NoteFile.notes(first.output + next.output)
        #expect(try notes.map { try Checkpoint(body: $0.body).size } == [1, 2])
        let other = try NoteKey(name: ServiceSite.origin, key: SigningKey.generate().publicKey)
        let foreign = await site.icds(
            as: .tampere, "audit", "checkpoint", "--public-key", try other.text())
        #expect(foreign.status != .success && foreign.output.isEmpty)
    }

    /// The operator writes the log anew with its own key: within the service nothing tells, and whoever
    /// kept a checkpoint knows.
    @Test func aLogWrittenAnewIsFoundByAKeptCheckpoint() async throws {
        let site = try await ServiceSite.make()
        var sealer = site.sealer()
        for _ in 0..<2 { try await site.round(sealer) }
        let first = await site.icds(as: .tampere, "audit", "checkpoint")
        let kept = try TemporaryFile(first.output)
        _ = try site.fixture.rows(
            """
            UPDATE m837.audit SET purpose = 9 WHERE seq = 1; DELETE FROM m837.seal;
            TRUNCATE registry.checkpoint CASCADE
            """)
        sealer = site.sealer()
        for _ in 0..<3 { try await site.round(sealer) }
        let file = site.folder + "/anew.jsonl"
        let export = await site.icds(
            as: .tampere, "audit", "export", file, "--user", "u", "--purpose", "log-oversight",
            "--checkpoint", kept.path)
        #expect(export.status == .success, "\(export.error)")
        let without = await site.icds(
            as: .nobody, "audit", "verify", file, "--municipality", "837", "--public-key",
            try site.publicKey)
        #expect(without.status == .success, "\(without.error)")
        let with = await site.icds(
            as: .nobody, "audit", "verify", file, "--municipality", "837", "--public-key",
            try site.publicKey, "--checkpoint", kept.path)
        #expect(with.status == .notAccepted && with.output.isEmpty)
        #expect(with.error == "NOT VERIFIED: there are two different checkpoints of size 2\n")
        let continued = await site.icds(
            as: .tampere, "audit", "checkpoint", "--known", kept.path)
        #expect(continued.status == .notAccepted && continued.output.isEmpty)
        #expect(continued.error.contains("does not continue the kept checkpoint 2"))
    }

    /// After a loss the log goes on under another name (`LostCheckpointTests`).
    @Test func aLogThatGoesOnUnderAnotherNameIsFollowedWithTheKeysOfBoth() async throws {
        let site = try await ServiceSite.make()
        for _ in 0..<2 { try await site.round(site.sealer()) }
        let first = await site.icds(as: .tampere, "audit", "checkpoint")
        let kept = try TemporaryFile(first.output)
        let name = "icds.test/audit-2"
        try await site.round(
            site.sealer(origin: name, formerKeys: [try site.noteKey()]))
        let keys = [try site.publicKey, try site.noteKey(origin: name).text()]
        func follow(_ known: TemporaryFile, _ keys: [String]) async -> CommandResult {
            await CommandResult.of(
                ["audit", "checkpoint", "--known", known.path]
                    + keys.flatMap { ["--public-key", $0] } + site.connection(.tampere))
        }
        let both = await follow(kept, keys)
        #expect(both.status == .success, "\(both.error)")
        #expect(both.output.hasPrefix("\(name)\n3\n"))
        // A name is only a text, and a key is of one name.
        let none = await follow(kept, [])
        #expect(none.status == .notAccepted && none.output.isEmpty)
        #expect(none.error.contains("give the public keys of both"))
        for key in keys {
            let one = await follow(kept, [key])
            #expect(one.status != .success && one.output.isEmpty)
        }
        // With both it is still another log where it does not go on.
        let other = try TemporaryFile(
            try Checkpoint(
                origin: ServiceSite.origin, size: 2, root: [UInt8](repeating: 1, count: 32)
            ).signed(by: site.key).text)
        let anew = await follow(other, keys)
        #expect(anew.status == .notAccepted)
        #expect(anew.error.contains("does not continue the kept checkpoint 2"))
    }
}
