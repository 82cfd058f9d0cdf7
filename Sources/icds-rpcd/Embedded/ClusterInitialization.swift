import Glibc
import Logging
import Subprocess
import SystemPackage

/// Makes the cluster's data on the first start.
struct ClusterInitialization: Sendable {
    let layout: ClusterLayout
    let programs: PostgresPrograms
    let logger: Logger

    /// Runs `initdb` where there are no data. It works in a folder beside the data and puts it in
    /// place by one rename, so that a start that is cut short leaves nothing half-made.
    ///
    /// - Throws: `DaemonError` with `initdb`'s last line.
    func run() async throws {
        guard !layout.versionFile.exists else { return }
        let unfinished = layout.folder.appending("data.unfinished")
        try await Self.removeTree(unfinished)
        logger.info("making the embedded database", metadata: ["folder": "\(layout.data)"])
        let result = try await Subprocess.run(
            ClusterProcess.configuration(
                of: programs.initdb,
                [
                    "--pgdata=\(unfinished)", "--username=postgres", "--data-checksums",
                    "--encoding=UTF8", "--locale=C", "--auth-local=peer", "--auth-host=reject",
                    "--no-instructions",
                ], for: layout),
            output: .discarded,
            error: .string(limit: 65536))
        guard result.terminationStatus.isSuccess else {
            let last = result.standardError.split(separator: "\n").last.map(String.init)
            throw DaemonError("initdb failed: \(last ?? "\(result.terminationStatus)")")
        }
        try ClusterFiles(layout: layout).write(to: unfinished)
        try await makeDatabase(in: unfinished)
        try Errno.check(rename(unfinished.string, layout.data.string))
    }

    /// In single-user mode, since nothing may connect before everything is there.
    private func makeDatabase(in data: FilePath) async throws {
        let result = try await Subprocess.run(
            ClusterProcess.configuration(
                of: programs.postgres, ["--single", "-D", data.string, "postgres"], for: layout),
            input: .string("\(ClusterLayout.makeDatabase)\n"),
            output: .discarded,
            error: .string(limit: 65536))
        // A statement that fails does not fail the program: its message is the sign of it.
        let trouble = result.standardError.split(separator: "\n").first {
            $0.contains("ERROR:") || $0.contains("FATAL:")
        }
        guard result.terminationStatus.isSuccess, trouble == nil else {
            throw DaemonError(
                "the embedded database cannot be made: \(trouble ?? "unknown reason")")
        }
    }

    /// Removes what an interrupted first start left: never the data themselves.
    private static func removeTree(_ path: FilePath) async throws {
        guard path.exists else { return }
        let result = try await Subprocess.run(
            .path("/bin/rm"), arguments: ["-rf", "--", path.string],
            output: .discarded, error: .discarded)
        guard result.terminationStatus.isSuccess else {
            throw DaemonError("\(path) is in the way and cannot be removed")
        }
    }
}

/// How the cluster's processes are started.
enum ClusterProcess {
    /// Nothing of the daemon's environment: it may hold connection strings.
    static let environment = Environment.custom([
        "PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC",
    ])

    /// A session of their own, so that Ctrl-C at the daemon's terminal reaches the daemon alone,
    /// which then stops them in its order; and the unprivileged user where the daemon is root.
    ///
    /// `setpriv` changes the user and then becomes the program. A child that changed it by itself,
    /// between fork and exec of a process with threads, could wait for ever: glibc's `setgroups` waits
    /// for a thread that was being made at the moment of the fork and is not in the child.
    static func configuration(
        of program: FilePath, _ arguments: [String], for layout: ClusterLayout
    ) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        var words = [program.string] + arguments
        let user = layout.clusterUser
        if user != layout.daemonUser {
            let change = ["--reuid=\(user.id)", "--regid=\(user.group)", "--clear-groups", "--"]
            words = ["/usr/bin/setpriv"] + change + words
        }
        return Configuration(
            executable: .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())),
            environment: environment, workingDirectory: layout.folder, platformOptions: options)
    }
}
