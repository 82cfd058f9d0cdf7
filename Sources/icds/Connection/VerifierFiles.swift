import AuditProof

/// The operator's public keys, from the command line or from files.
enum VerifierKeys {
    /// - Parameter argument: a key as `icds-rpcd audit-key` prints it, or a file with one a line.
    static func read(_ argument: String) throws(UsageError) -> [NoteKey] {
        if let key = try? NoteKey(text: argument) { return [key] }
        let text = try InputFile.text(argument, bytesMax: 65_536)
        var keys: [NoteKey] = []
        for line in text.split(whereSeparator: \.isNewline) {
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

    /// Each file must have one at least, and nothing else: a checkpoint that is passed over shows nothing.
    static func read(_ paths: [String]) throws(UsageError) -> [SignedNote] {
        var notes: [SignedNote] = []
        for path in paths {
            let found = try parse(try InputFile.text(path, bytesMax: bytesMax), path)
            guard !found.isEmpty else { throw UsageError("\(path) has no checkpoint") }
            notes += found
        }
        return notes
    }

    /// A file to which checkpoints are added one by one: before the first it has no byte.
    static func readKnown(_ path: String) throws(UsageError) -> [SignedNote] {
        let text = try InputFile.text(path, bytesMax: bytesMax)
        let found = try parse(text, path)
        guard text.isEmpty || !found.isEmpty else { throw UsageError("\(path) has no checkpoint") }
        return found
    }

    private static func parse(
        _ text: String, _ path: String
    ) throws(UsageError) -> [SignedNote] {
        do {
            return try NoteFile.notes(text)
        } catch {
            throw UsageError("\(path): \(error)")
        }
    }
}
