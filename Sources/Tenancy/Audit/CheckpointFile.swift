internal import AuditProof

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The file to which each checkpoint is added, so that there is a witness besides the database. It is only
/// ever opened to append (the site may make it append-only, `chattr +a`), and each note is on the disk
/// before the next is written.
public struct CheckpointFile: Sendable {
    /// Why it cannot be written.
    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// Enough for some hundred notes: the last of them is looked for.
    private static let tailBytes = 65_536

    private let path: String

    public init(path: String) {
        self.path = path
    }

    /// The last checkpoint of an operator's log under its present name; nil where there is none. What
    /// none of its keys signed, and what was torn off, is passed over.
    ///
    /// - Throws: `Failure` where the file cannot be read.
    func lastCheckpoint(of identity: OperatorIdentity) throws -> Checkpoint? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open")
        }
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        let start = max(0, Int(end) - Self.tailBytes)
        var tail = [UInt8](repeating: 0, count: Int(end) - start)
        guard pread(descriptor, &tail, tail.count, off_t(start)) == tail.count else {
            throw failure("read")
        }
        let text = String(decoding: tail, as: UTF8.self)
        for note in NoteFile.wholeNotes(text, isTail: start > 0).reversed() {
            guard let checkpoint = try? Checkpoint.verified(note, by: identity.keys),
                checkpoint.origin == identity.origin
            else { continue }
            return checkpoint
        }
        return nil
    }

    /// Adds notes, each with a blank line after it.
    ///
    /// - Throws: `Failure`; some of the notes may be in the file then.
    public func append(_ notes: [String]) throws {
        guard !notes.isEmpty else { return }
        let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure("open") }
        defer { close(descriptor) }
        // What a power failure cut off is closed with an empty line, and passed over by readers.
        let repair = try isTorn(descriptor) ? "\n\n" : ""
        let bytes = Array((repair + notes.map { $0 + "\n" }.joined()).utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw failure("write") }
        guard fsync(descriptor) == 0 else { throw failure("fsync") }
    }

    private func isTorn(_ descriptor: Int32) throws -> Bool {
        let end = Int(lseek(descriptor, 0, SEEK_END))
        guard end > 0 else { return false }
        var last: [UInt8] = [0, 0]
        let count = min(2, end)
        guard pread(descriptor, &last, count, off_t(end - count)) == count else {
            throw failure("read")
        }
        return last.prefix(count).contains { $0 != UInt8(ascii: "\n") }
    }

    private func failure(_ operation: String) -> Failure {
        Failure(description: "\(path): \(operation): \(String(cString: strerror(errno)))")
    }
}
