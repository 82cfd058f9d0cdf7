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
            largest of them. With --public-key, that all of them are signed by the operator. After a loss \
            the operator's log goes on under another name and with another key for it: repeat --public-key \
            with both.

            EXAMPLE:
              icds audit checkpoint --public-key operator.key.txt --known kept.txt >>kept.txt
            """)

    @Option(help: ArgumentHelp("File with checkpoints that were kept.", valueName: "file"))
    var known: String?

    @Option(
        name: .customLong("public-key"),
        help: ArgumentHelp(
            "The operator's public key, or a file with one a line; may be repeated.",
            valueName: "key"))
    var keys: [String] = []

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let keys = try keys.flatMap { try VerifierKeys.read($0) }
        let old = try Self.last(of: try known.map { try CheckpointFiles.readKnown($0) } ?? [], keys)
        try await Session.run(common) { session in
            let answer = try await AuditServiceClient(session.client).getCheckpoint(
                .with { $0.knownSize = old?.size ?? 0 }, options: session.callOptions)
            let note = try SignedNote(text: answer.note)
            let newest = try Self.checkpoint(note, keys)
            if let old { try check(newest, continues: old, by: answer.consistency) }
            Terminal.write(note.text + "\n")
        }
    }

    private func check(
        _ newest: Checkpoint, continues old: Checkpoint, by path: [[UInt8]]
    ) throws {
        let isContinued = try MerkleProof.isConsistent(
            from: old.size, root: old.root, to: newest.size, root: newest.root, path: path)
        guard isContinued else {
            throw ReportedFailure(
                status: .notAccepted,
                text: "NOT VERIFIED: checkpoint \(newest.size) does not continue the kept "
                    + "checkpoint \(old.size): the operator's log was written anew\n")
        }
        // A key is of one name: where both notes were verified, the user gave the keys of both names.
        guard old.origin == newest.origin || !keys.isEmpty else {
            throw ReportedFailure(
                status: .notAccepted,
                text: SafeText.line(
                    "NOT VERIFIED: checkpoint \(newest.size) is of \(newest.origin), the kept "
                        + "checkpoint \(old.size) of \(old.origin): where the operator has told you "
                        + "why, give the public keys of both") + "\n")
        }
    }

    /// The largest of the checkpoints that were kept.
    private static func last(of notes: [SignedNote], _ keys: [NoteKey]) throws -> Checkpoint? {
        try notes.map { try checkpoint($0, keys) }.max { $0.size < $1.size }
    }

    /// What a note says, where a key of its name signed it or no keys were given at all.
    private static func checkpoint(_ note: SignedNote, _ keys: [NoteKey]) throws -> Checkpoint {
        keys.isEmpty ? try Checkpoint(body: note.body) : try Checkpoint.verified(note, by: keys)
    }
}
