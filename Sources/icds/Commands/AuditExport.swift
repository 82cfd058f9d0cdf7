import ArgumentParser
import AuditProof
import Contract
import Wire

struct AuditExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the log into a file that can be verified.",
        discussion: """
            One JSON object a line. Who acted and why stays encrypted in it. The file is new and for you \
            alone (mode 0600), and is written whole or not at all. It may take as long as the server lets a \
            call take, ten minutes as a rule, unless --timeout says less; a log that takes longer is \
            exported and verified in parts, with --from and --to.

            With --from and --to: from the last seal before the one to the first seal after the other.

            For each 1,000 checkpoints that were kept there is one call more, and a row of it in the log.

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
        let kept = try CheckpointFiles.read(checkpoints).map { note in
            try Checkpoint(body: note.body).size
        }
        let sizes = Set(kept).sorted()
        let (from, to) = (try Self.moment(self.from), try Self.moment(self.to))
        try await Session.run(common, user: access.user) { session in
            let output = try OutputFile(file)
            let end = try await LogExport(session: session, access: access)
                .write(to: output, from: from, until: to, checkpoints: sizes)
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
