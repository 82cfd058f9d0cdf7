import Glibc

/// Programs that a test runs to their end.
public enum ProgramRun {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        public init(description: String) {
            self.description = description
        }
    }

    /// Runs a program with this process's environment and standard error, and nothing to read.
    ///
    /// - Throws: `Failure` where it cannot be started or does not end with 0.
    public static func run(_ path: String, _ arguments: [String]) throws(Failure) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, 2, 1)
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in words { free(pointer) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, path, &actions, nil, words, environ)
        guard code == 0 else {
            throw Failure(
                description: "\(path) cannot be started: \(String(cString: strerror(code)))")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
        guard status == 0 else {
            throw Failure(description: "\(path) \(arguments) ended with status \(status)")
        }
    }
}
