import Glibc
import SystemPackage

/// The daemon's folder, locked for as long as this object lives: two daemons on one folder would
/// work on one database cluster and one master key.
final class StateFolder: Sendable {
    let path: FilePath
    private let lock: FileDescriptor

    /// Makes the folder (mode 0700) where there is none, and takes its lock.
    ///
    /// - Throws: `DaemonError` with what to do, where another process has it or where it cannot be
    ///   made.
    init(path given: FilePath) throws {
        let path = given.absolute
        let lockPath = path.appending("lock")
        do {
            try path.makeFolder(mode: 0o700)
            lock = try FileDescriptor.open(
                lockPath, .readWrite, options: [.create, .closeOnExec],
                permissions: .ownerReadWrite)
        } catch {
            throw DaemonError("state folder \(path): \(error)")
        }
        self.path = path
        guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? lock.readAll(limit: 64)).map { String(decoding: $0, as: UTF8.self) }
            try? lock.close()
            let process = holder.map(\.trimmed).flatMap { $0.isEmpty ? nil : " (process \($0))" }
            throw DaemonError(
                "state folder \(path) is in use by another icds-rpcd\(process ?? ""): stop that "
                    + "one, or give this one a folder of its own with --state-folder")
        }
        do {
            try Errno.check(ftruncate(lock.rawValue, 0))
            try lock.writeAll(Array("\(getpid())\n".utf8))
        } catch {
            try? lock.close()
            throw DaemonError("state folder \(path): cannot write its lock: \(error)")
        }
    }

    deinit {
        // The lock goes with the descriptor. Nothing is lost where closing fails.
        try? lock.close()
    }
}

/// What stops the daemon or a command of it: one sentence for the operator that says what to do.
struct DaemonError: Error, CustomStringConvertible, Equatable {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
