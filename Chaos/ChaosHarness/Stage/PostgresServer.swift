import Foundation
import Rehearsal
import Synchronization

/// One PostgreSQL server of the pair, which can be killed, stopped and made anew.
final class PostgresServer: Sendable {
    static let database = "icds"

    let name: String
    let port: Int
    let socketFolder: String
    /// Belongs to the run; the log is in it, and `disk` with the data.
    let folder: String
    private let programs: PostgresPrograms
    private let settings: [String]
    private let process = Mutex<ChildProcess?>(nil)

    /// The place of the data: a file system of its own where there is one.
    var disk: String { folder + "/disk" }
    var data: String { disk + "/data" }
    var log: String { folder + "/postgres.log" }

    init(
        name: String, port: Int, in run: RunFolder, programs: PostgresPrograms, settings: [String]
    ) throws {
        self.name = name
        self.port = port
        self.programs = programs
        self.settings = settings
        socketFolder = run.sockets
        folder = "\(run.path)/\(name)"
        try programs.makeFolder(folder, mode: 0o711)
        try programs.makeFolder(disk)
    }

    /// The postmaster, while it runs.
    var postmaster: pid_t? {
        process.withLock { $0.flatMap { $0.isRunning ? $0.pid : nil } }
    }

    // MARK: Making

    func initialize() async throws {
        try await programs.run(
            "initdb",
            [
                "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale",
                "--data-checksums", "--wal-segsize=1",
            ], log: folder + "/initdb.log")
    }

    /// Becomes a standby of `primary`, in the place of whatever was here.
    func copy(_ primary: PostgresServer) async throws {
        if FileManager.default.fileExists(atPath: data) {
            try FileManager.default.removeItem(atPath: data)
        }
        try await programs.run(
            "pg_basebackup",
            [
                "-h", primary.socketFolder, "-p", "\(primary.port)", "-U", "postgres", "-D", data,
                "-R", "-X", "stream", "-c", "fast",
                // The name by which the primary waits for it.
                "-d", "application_name=\(name)",
            ], log: folder + "/basebackup.log")
    }

    // MARK: Running

    /// Starts it and waits until it accepts connections.
    ///
    /// - Returns: false where it ended instead: on a full disk it cannot recover.
    func start() async throws -> Bool {
        guard postmaster == nil else { return true }
        var arguments = ["-D", data]
        for setting in settings + [
            "port=\(port)", "unix_socket_directories=\(socketFolder)",
        ] {
            arguments += ["-c", setting]
        }
        let (program, words) = programs.start("postgres", arguments)
        let started = try ChildProcess(
            program: program, arguments: words, environment: Command.environment, log: log,
            isAppending: true)
        process.withLock { $0 = started }
        try await Patience.require("\(name) accepts connections", atMost: .seconds(120)) {
            !started.isRunning || (try? AdminConnection(self, database: "postgres")) != nil
        }
        return started.isRunning
    }

    // MARK: Ending

    /// How much of a server is killed.
    enum Extent: Sendable, Equatable {
        /// The postmaster; the others notice and go.
        case postmaster
        /// All of its processes, as when a machine fails.
        case whole
    }

    /// Kills it and waits until nothing of it runs any more.
    func kill(_ extent: Extent) async throws {
        guard let postmaster, let process = process.withLock({ $0 }) else { return }
        let others = ProcessTable.children(of: postmaster)
        signal(SIGKILL, postmaster)
        if extent == .whole { for other in others { signal(SIGKILL, other) } }
        _ = await process.status()
        let isGone = try await Patience.wait(atMost: .seconds(20)) {
            !others.contains { ProcessTable.isAlive($0) }
        }
        guard !isGone else { return }
        for other in others { signal(SIGKILL, other) }
        try await Patience.require("\(name)'s processes are gone", atMost: .seconds(20)) {
            !others.contains { ProcessTable.isAlive($0) }
        }
    }

    /// Kills one process that works for the daemon, best one that commits. Gives what it did; nil where
    /// there is none.
    func killBackend() async throws -> String? {
        guard let postmaster else { return nil }
        let end = ContinuousClock.now + .milliseconds(300)
        while true {
            let backends = ProcessTable.children(of: postmaster).compactMap { pid in
                let title = ProcessTable.title(of: pid)
                return title.contains("postgres: icds_") ? (pid: pid, title: title) : nil
            }
            let isLast = ContinuousClock.now >= end
            let busy = backends.filter { !$0.title.hasSuffix("idle") }
            let chosen =
                busy.first { $0.title.contains("COMMIT") } ?? (isLast ? busy.first : nil)
                ?? (isLast ? backends.first : nil)
            if let chosen {
                signal(SIGKILL, chosen.pid)
                // "postgres: icds_api icds [local] COMMIT waiting for 0/34D0ED8"
                return chosen.title.split(separator: " ").dropFirst(4).prefix(2)
                    .joined(separator: " ")
            }
            if isLast { return nil }
        }
    }

    /// Lets none of its processes run until `goOn`.
    func halt() {
        guard let postmaster else { return }
        // The postmaster first, so that it makes no further ones.
        signal(SIGSTOP, postmaster)
        for child in ProcessTable.children(of: postmaster) { signal(SIGSTOP, child) }
    }

    func goOn() {
        guard let postmaster else { return }
        for child in ProcessTable.children(of: postmaster) { signal(SIGCONT, child) }
        signal(SIGCONT, postmaster)
    }

    private func signal(_ number: Int32, _ pid: pid_t) { _ = Foundation.kill(pid, number) }
}
