import Glibc
import Logging
import SystemPackage

/// A postmaster that a daemon left behind when it was killed.
struct LeftoverCluster: Sendable {
    let layout: ClusterLayout
    let logger: Logger

    /// How long a leftover gets to stop before it is stopped without a checkpoint.
    static let patience: Duration = EmbeddedCluster.stopPatience

    /// Stops a postmaster that still works on the data. The caller holds the state folder's lock, so
    /// that no other daemon can own it.
    ///
    /// A `postmaster.pid` whose number now belongs to some other process (after a restart of the
    /// machine) is removed, since PostgreSQL would take that process for a postmaster. One whose
    /// process is gone stays: PostgreSQL checks by it whether a backend of it still lives.
    ///
    /// - Throws: `DaemonError` where it does not stop.
    func stop() async throws {
        let record = layout.data.appending("postmaster.pid")
        guard let process = recordedProcess(record), kill(process, 0) == 0 || errno == EPERM else {
            return
        }
        guard isPostmaster(process) else {
            _ = unlink(record.string)
            return
        }
        logger.notice(
            "stopping the database that an earlier daemon left", metadata: ["pid": "\(process)"])
        kill(process, SIGINT)
        if await hasEnded(process, within: Self.patience) { return }
        kill(process, SIGQUIT)
        if await hasEnded(process, within: .seconds(5)) { return }
        throw DaemonError("the database's process \(process) of an earlier daemon does not stop")
    }

    private func recordedProcess(_ record: FilePath) -> pid_t? {
        guard let bytes = try? record.contents(limit: 4096) else { return nil }
        let first = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }
        return pid_t(first.trimmed).flatMap { $0 > 1 ? $0 : nil }
    }

    /// A postmaster's working folder is its data folder.
    private func isPostmaster(_ process: pid_t) -> Bool {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/\(process)/cwd", &buffer, buffer.count - 1)
        guard count > 0 else { return false }
        let folder = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return FilePath(folder) == layout.data.absolute
    }

    /// It is not a child of this process, so that nothing tells of its end: it is asked for. A
    /// process that has ended but that nobody has collected has no working folder any more.
    private func hasEnded(_ process: pid_t, within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if !isPostmaster(process) { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
