import AuditProof
import Foundation
import Rehearsal

/// Exports each municipality's log and verifies the export offline, with the programs that a
/// municipality has, against every checkpoint that anybody was handed while things were killed.
struct SealCheck: Sendable {
    struct Result: Sendable {
        var rowCount = 0
        var sealCount = 0
        var findings: [Finding] = []
    }

    let run: RunFolder
    let program: String
    let certificates: ChaosCertificates
    let port: Int
    let publicKey: String

    /// - Parameter checkpoints: the notes that were kept.
    func verify(_ municipality: String, checkpoints: [SignedNote]) async -> Result {
        var result = Result()
        do {
            let text = try await exportAndVerify(municipality, checkpoints)
            // "verified: m837, 1234 rows, 56 seals, …"
            let numbers = text.split(separator: " ").map { Int($0) }.compactMap { $0 }
            result.rowCount = numbers.first ?? 0
            result.sealCount = numbers.dropFirst().first ?? 0
            if result.rowCount == 0 || result.sealCount == 0 {
                result.findings.append(Finding(.seals, "\(municipality): nothing was sealed"))
            }
        } catch {
            result.findings.append(Finding(.seals, "\(municipality): \(error)"))
        }
        return result
    }

    private func exportAndVerify(
        _ municipality: String, _ checkpoints: [SignedNote]
    ) async throws -> String {
        let kept = "\(run.exports)/\(municipality).checkpoints"
        let export = "\(run.exports)/\(municipality).jsonl"
        try checkpoints.map(\.text).joined(separator: "\n")
            .write(toFile: kept, atomically: true, encoding: .utf8)
        let owner = ChaosCertificates.Owner.municipality(municipality)
        try await Command.run(
            program,
            [
                "audit", "export", export, "--user", "auditor-1", "--purpose", "log-oversight",
                "--reason", "chaos check", "--checkpoint", kept,
                "--server", "127.0.0.1:\(port)", "--cert", certificates.file(owner, "pem"),
                "--key", certificates.file(owner, "key"), "--ca", certificates.authority,
                "--timeout", "120s",
            ], log: run.log("export-\(municipality)"))
        return try await Command.run(
            program,
            [
                "audit", "verify", export, "--municipality", municipality,
                "--public-key", publicKey, "--checkpoint", kept,
            ],
            log: run.log("verify-\(municipality)"))
    }

    // MARK: Checkpoints

    /// Notes by their size, those of the file that the daemon keeps and those that callers were handed;
    /// only those that are at least as large as the first that speaks of every municipality.
    static func checkpoints(
        handedOut: Set<String>, file: String, sizeMin: UInt64
    ) throws -> (notes: [SignedNote], findings: [Finding]) {
        let written = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        // The fault may have been a full disk or a killed daemon: some of the file may be torn.
        let handed = try handedOut.sorted().map { try SignedNote(text: $0) }
        let notes = NoteFile.wholeNotes(written) + handed
        var bySize: [UInt64: SignedNote] = [:]
        var findings: [Finding] = []
        for note in notes {
            let checkpoint = try Checkpoint(body: note.body)
            if let other = bySize[checkpoint.size], other.body != note.body {
                findings.append(Finding(.seals, "two checkpoints of size \(checkpoint.size)"))
            }
            bySize[checkpoint.size] = note
        }
        let kept = bySize.filter { $0.key >= sizeMin }.sorted { $0.key < $1.key }.map(\.value)
        return (kept, findings)
    }
}
