import Foundation
import Rehearsal

/// A shell that cleans up when this process is gone, however it ended: it kills what runs with a path
/// below the run's folder on its command line, and removes the folder.
///
/// It waits for the end of its input, which the kernel sees to.
final class Keeper: Sendable {
    private let process: ChildProcess
    private let orders: Int32

    /// - Parameter folder: an absolute path that nothing else has on its command line.
    init(folder: String) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ProcessFailure("no pipe") }
        // No other child may hold the pipe open when this process is gone.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        orders = ends[1]
        defer { close(ends[0]) }
        process = try ChildProcess(
            program: "/bin/sh", arguments: ["-c", Self.script, "icds-chaos-keeper", folder],
            environment: Command.environment, log: "/dev/null", input: ends[0])
    }

    /// Ends the keeper, and with it everything of the run.
    ///
    /// - Parameter keepingFolder: leave the files for somebody to look at.
    func end(keepingFolder: Bool) async {
        if keepingFolder {
            let bytes = Array("keep\n".utf8)
            _ = write(orders, bytes, bytes.count)
        }
        close(orders)
        _ = await process.status()
    }

    /// $1: the folder. A process that is named by a path in it is one of the run's, whose folder has a
    /// random name.
    private static let script = """
        trap '' INT TERM HUP
        cd / || exit 1
        keep=no
        while read -r order; do [ "$order" = keep ] && keep=yes; done
        for entry in /proc/[0-9]*; do
            pid=${entry#/proc/}
            [ "$pid" = "$$" ] && continue
            [ "$pid" = "$PPID" ] && continue
            if tr '\\0' ' ' <"$entry/cmdline" 2>/dev/null | grep -qF -- "$1/"; then
                kill -CONT "$pid" 2>/dev/null
                kill -KILL "$pid" 2>/dev/null
            fi
        done
        [ "$keep" = yes ] && exit 0
        for place in "$1"/*/disk; do
            mountpoint -q "$place" 2>/dev/null && umount -l "$place"
        done
        rm -rf -- "$1"
        """
}
