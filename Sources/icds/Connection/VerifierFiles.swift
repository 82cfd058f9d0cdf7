import AuditProof

/// The operator's public keys, from the command line or from files.
enum VerifierKeys {
    /// - Parameter argument: a key as `icds-rpcd audit-key` prints it, or a file with one a line.
    static func read(_ argument: String) throws(UsageError) -> [NoteKey] {
        if let key = try? NoteKey(text: argument) { return [key] }
        let text = try InputFile.text(argument, bytesMax: 65_536)
        var keys: [NoteKey] = []
        for line in text.split(separator: "\n") {
            do {
                keys.append(try NoteKey(text: line))
            } catch {
                throw UsageError("\(argument): \(error)")
            }
        }
        guard !keys.isEmpty else { throw UsageError("\(argument) has no key") }
        return keys
    }
}

/// Files with checkpoints that somebody kept.
enum CheckpointFiles {
    /// Some hundred thousand notes.
    private static let bytesMax = 67_108_864

    static func read(_ paths: [String]) throws(UsageError) -> [SignedNote] {
        var notes: [SignedNote] = []
        for path in paths {
            let text = try InputFile.text(path, bytesMax: bytesMax)
            do {
                notes += try Checkpoint.notes(inFile: text)
            } catch {
                throw UsageError("\(path): \(error)")
            }
        }
        return notes
    }
}
