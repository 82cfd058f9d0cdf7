import ArgumentParser
import AuditProof
import Contract
import Wire

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Prove that a municipality's log of accesses is whole and as it was written.",
        discussion: """
            A municipality exports its log and verifies the file, anywhere and without the daemon, with \
            the operator's public key. Checkpoints, which every organisation gets with its answers, show \
            that the operator has not written the log anew since. docs/audit.md explains the file.
            """,
        subcommands: [AuditExport.self, AuditVerify.self, AuditCheckpoint.self])
}

struct AuditExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the log into a file that can be verified.",
        discussion: """
            One JSON object a line. Who acted and why stays encrypted in it. The file is new and for you \
            alone (mode 0600), and is written whole or not at all.

            With --from and --to: from the last seal before the one to the first seal after the other.

            EXAMPLES:
              icds audit export log.jsonl --user m.virtanen --purpose log-oversight
              icds audit export log.jsonl --from 2027-01-01T00:00:00Z --checkpoint kept.txt --user m
            """)

    @Argument(help: "The file to write.")
    var file: String

    @Option(help: "A moment such as 2027-01-01T00:00:00Z.") var from: String?
    @Option(help: "A moment such as 2027-02-01T00:00:00Z.") var to: String?
    @Option(
        name: .customLong("checkpoint"),
        help: ArgumentHelp(
            "File with checkpoints that were kept: the export proves the log against them.",
            valueName: "file"))
    var checkpoints: [String] = []

    @OptionGroup var access: AccessOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let sizes = try CheckpointFiles.read(checkpoints).map { note in
            try Checkpoint(body: note.body).size
        }
        let (from, to) = (try Self.moment(self.from), try Self.moment(self.to))
        try await Session.run(common, user: access.user) { session in
            let request = try ExportAccessesRequest.with {
                $0.access = try access.context(session.settings)
                $0.recordedFrom = from
                $0.recordedUntil = to
                $0.checkpointSizes = Array(Set(sizes)).sorted()
            }
            let output = try OutputFile(file)
            let items = try await AuditServiceClient(session.client)
                .exportAccesses(request, options: session.callOptions)
            var end: Contract.LogEnd?
            for try await item in items {
                try output.append(Array((item.jsonString() + "\n").utf8))
                if case .end(let found) = item.item { end = found }
            }
            guard let end else { throw UsageError("the daemon ended the export before its end") }
            try output.finish()
            Terminal.writeError(
                "\(file): \(end.rowCount) rows, \(end.sealCount) seals, "
                    + "\(end.proofCount) checkpoints\n")
        }
    }

    private static func moment(_ text: String?) throws -> Timestamp? {
        guard let text else { return nil }
        do {
            return try Timestamp(json: .string(text))
        } catch {
            throw UsageError("\"\(SafeText.line(text))\" is no moment such as 2027-01-01T00:00:00Z")
        }
    }
}

struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify an export, without any connection.",
        discussion: """
            Makes every leaf, the tree and the chain of seals again, and looks at their signatures and \
            at the checkpoints. The first thing that is wrong is named, and the exit status is 6.

            The key is what `icds-rpcd audit-key` prints: get it from the operator in another way than \
            from the daemon or the database. A checkpoint that you kept from an earlier day shows that \
            the log was not written anew since; the export must have been made with it.

            EXAMPLES:
              icds audit verify log.jsonl --public-key icds.example.fi/audit+1a2b3c4d+AUx…
              icds audit verify log.jsonl --public-key operator.key.txt --checkpoint kept.txt
            """)

    @Argument(help: "The file; - for standard input.")
    var file: String

    @Option(
        name: .customLong("public-key"),
        help: ArgumentHelp(
            "The operator's public key, or a file with one a line; may be repeated.",
            valueName: "key"))
    var keys: [String]

    @Option(
        name: .customLong("checkpoint"),
        help: ArgumentHelp("File with checkpoints that were kept.", valueName: "file"))
    var checkpoints: [String] = []

    func run() async throws {
        let keys = try keys.flatMap { try VerifierKeys.read($0) }
        let notes = try CheckpointFiles.read(checkpoints)
        do {
            var verifier = try LogVerifier(keys: keys, witnessed: notes)
            var lines = try TextLines(path: file)
            while let line = try lines.next() {
                let item: ExportAccessesResponse
                do {
                    item = try ExportAccessesResponse(jsonString: line)
                } catch {
                    throw LogFinding.incomplete(what: "line \(lines.number) is no item: \(error)")
                }
                guard let logItem = try LogItem(item) else {
                    throw LogFinding.incomplete(what: "line \(lines.number) is of no known kind")
                }
                try verifier.take(logItem)
            }
            report(try verifier.finish())
        } catch let finding as LogFinding {
            throw ReportedFailure(status: .notAccepted, text: "NOT VERIFIED: \(finding)\n")
        } catch let error as ProofError {
            throw ReportedFailure(status: .notAccepted, text: "NOT VERIFIED: \(error)\n")
        }
    }

    private func report(_ summary: LogVerifier.Summary) {
        let sizes = summary.checkpoints.map(String.init).joined(separator: ", ")
        var text = "verified: \(SafeText.line(summary.schema)), \(summary.rowCount) rows, "
        text += "\(summary.sealCount) seals, \(summary.treeSize) rows sealed in all\n"
        text += "checkpoints: \(sizes.isEmpty ? "none" : sizes)\n"
        if summary.unsealedRowCount > 0 {
            text += "\(summary.unsealedRowCount) rows at the end have no seal yet\n"
        }
        Terminal.write(text)
    }
}

struct AuditCheckpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest checkpoint; keep it, and you can prove later what was.",
        discussion: """
            With --known, a file with checkpoints that were kept: checks that the newest continues the \
            last of them. With --public-key, that it is signed by the operator.

            EXAMPLE:
              icds audit checkpoint --public-key operator.key.txt --known kept.txt >>kept.txt
            """)

    @Option(help: ArgumentHelp("File with checkpoints that were kept.", valueName: "file"))
    var known: String?

    @Option(
        name: .customLong("public-key"),
        help: ArgumentHelp("The operator's public key, or a file with it.", valueName: "key"))
    var keys: [String] = []

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let keys = try keys.flatMap { try VerifierKeys.read($0) }
        let kept = try CheckpointFiles.read(known.map { [$0] } ?? []).last
        let old = try kept.map { try Checkpoint(body: $0.body) }
        try await Session.run(common) { session in
            let answer = try await AuditServiceClient(session.client).getCheckpoint(
                .with { $0.knownSize = old?.size ?? 0 }, options: session.callOptions)
            let note = try SignedNote(text: answer.note)
            let newest =
                keys.isEmpty
                ? try Checkpoint(body: note.body) : try Checkpoint.verified(note, by: keys)
            if let old {
                let isContinued = try MerkleProof.isConsistent(
                    from: old.size, root: old.root, to: newest.size, root: newest.root,
                    path: answer.consistency)
                guard isContinued, old.origin == newest.origin else {
                    throw ReportedFailure(
                        status: .notAccepted,
                        text: "NOT VERIFIED: checkpoint \(newest.size) does not continue the kept "
                            + "checkpoint \(old.size): the operator's log was written anew\n")
                }
            }
            Terminal.write(note.text + "\n")
        }
    }
}
