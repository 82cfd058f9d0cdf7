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

struct AuditCheckpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest checkpoint; keep it, and you can prove later what was.",
        discussion: """
            With --known, a file with checkpoints that were kept: checks that the newest continues the \
            largest of them. With --public-key, that all of them are signed by the operator.

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
        let old = try Self.last(of: try known.map { try CheckpointFiles.readKnown($0) } ?? [], keys)
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
    /// The largest of the checkpoints that were kept.
    private static func last(of notes: [SignedNote], _ keys: [NoteKey]) throws -> Checkpoint? {
        try notes.map { note in
            keys.isEmpty
                ? try Checkpoint(body: note.body) : try Checkpoint.verified(note, by: keys)
        }.max { $0.size < $1.size }
    }
}
