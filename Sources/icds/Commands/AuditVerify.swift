import ArgumentParser
import AuditProof
import Contract
import Wire

struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify an export, without any connection.",
        discussion: """
            Makes every leaf, the tree and the chain of seals again, and looks at their signatures, at \
            their times and at the checkpoints. The first thing that is wrong is named, and the exit \
            status is 6; otherwise the report says which rows are held by what.

            The key is what `icds-rpcd audit-key` prints: get it from the operator in another way than \
            from the daemon or the database. A checkpoint that you kept from an earlier day shows that \
            the log was not written anew since; the export must have been made with it. Without one, \
            only the operator's word stands behind the log.

            EXAMPLES:
              icds audit verify log.jsonl --municipality 837 --public-key operator.key.txt \\
                --checkpoint kept.txt
              icds audit verify january.jsonl --part --municipality 837 \\
                --public-key icds.example.fi/audit+1a2b3c4d+AUx… --checkpoint kept.txt
            """)

    @Argument(help: "The file; - for standard input.")
    var file: String

    @Option(help: ArgumentHelp("Whose log it should be.", valueName: "code"))
    var municipality: String

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

    @Flag(help: "The export may have a part of the log only, as --from and --to make it.")
    var part = false

    func run() async throws {
        let keys = try keys.flatMap { try VerifierKeys.read($0) }
        let notes = try CheckpointFiles.read(checkpoints)
        let schema = "m\(municipality)"
        guard HeadTree.place(of: schema) != nil else {
            throw UsageError("\"\(SafeText.line(municipality))\" is no code such as 837")
        }
        do {
            var verifier = try LogVerifier(
                schema: schema, keys: keys, kept: notes, allowsPart: part)
            var lines = try TextLines(path: file)
            while let line = try lines.next() {
                try verifier.take(try Self.item(line, number: lines.number, of: schema))
            }
            let report = VerificationReport(
                summary: try verifier.finish(), keys: keys, keptCount: notes.count,
                now: Timestamp.now().microsecondsSince2000)
            Terminal.write(report.text)
        } catch let finding as LogFinding {
            throw ReportedFailure(status: .notAccepted, text: "NOT VERIFIED: \(finding)\n")
        } catch let error as ProofError {
            throw ReportedFailure(status: .notAccepted, text: "NOT VERIFIED: \(error)\n")
        }
    }

    private static func item(_ line: String, number: Int, of schema: String) throws -> LogItem {
        let item: ExportAccessesResponse
        do {
            item = try ExportAccessesResponse(jsonString: line)
        } catch {
            throw LogFinding.incomplete(what: "line \(number) is no item: \(error)")
        }
        guard let logItem = try LogItem(item, of: schema) else {
            throw LogFinding.incomplete(what: "line \(number) is of no known kind")
        }
        return logItem
    }
}
