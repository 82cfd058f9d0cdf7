import Dispatch
package import Foundation

/// A child process that is waited for by its id. `Foundation.Process` waits until every process that
/// inherited one of its descriptors has ended, and so would go on waiting for a database that its
/// daemon left behind.
package final class ChildProcess: Sendable {
    package let pid: pid_t
    /// Its exit status once it has ended; above 128 for a signal.
    private let exit: Task<Int32, Never>

    /// Starts `program` in a process group of its own, so that Ctrl-C at the terminal reaches this
    /// program alone.
    ///
    /// - Parameters:
    ///   - log: the file that its output goes to; written anew unless `isAppending`.
    ///   - input: a descriptor for its standard input; nothing is there without one.
    /// - Throws: `ProcessFailure`.
    package init(
        program: String, arguments: [String], environment: [String: String], log: String,
        isAppending: Bool = false, input: Int32? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        let logFlags = O_WRONLY | O_CREAT | (isAppending ? O_APPEND : O_TRUNC)
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, logFlags, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // The child starts with no signal ignored or blocked, whatever this program does with them.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") }
        defer { for word in words + variables { free(word) } }
        words.append(nil)
        variables.append(nil)
        var child: pid_t = 0
        let error = posix_spawn(&child, program, &actions, &attributes, words, variables)
        guard error == 0 else {
            throw ProcessFailure(
                "\(program) cannot be started: \(String(cString: strerror(error)))")
        }
        pid = child
        exit = Self.waiting(for: child)
    }

    /// Not yet waited for, and not waiting to be.
    package var isRunning: Bool {
        var info = siginfo_t()
        let flags = WEXITED | WNOHANG | WNOWAIT
        return waitid(P_PID, id_t(pid), &info, flags) == 0 && info.si_signo == 0
    }

    package func status() async -> Int32 { await exit.value }

    package func send(_ signal: Int32) {
        _ = kill(pid, signal)
    }

    /// Waits on a thread that may block.
    private static func waiting(for pid: pid_t) -> Task<Int32, Never> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        DispatchQueue(label: "icds.child.wait").async {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            continuation.yield(signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            continuation.finish()
        }
        return Task.detached {
            var status: Int32 = 0
            for await value in stream { status = value }
            return status
        }
    }
}
