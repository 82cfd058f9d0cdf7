import Glibc

/// The shell that makes, starts and stops one cluster, and removes it when this process is gone.
final class ClusterKeeper: Sendable {
    /// Where its data, its log and its socket are.
    let folder: String
    private let orders: Int32
    private let answers: Int32
    private let process: pid_t

    init(_ options: TestCluster.Options) throws {
        let binaries = try Self.binaries()
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        guard pipe(&input) == 0, pipe(&output) == 0 else {
            throw TestClusterError("no pipe: \(errno)")
        }
        // No other child may hold the pipe open when this process is gone.
        for descriptor in input + output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var settings = [
            "listen_addresses=", "fsync=off", "full_page_writes=off", "shared_buffers=64MB",
            "max_connections=200", "max_locks_per_transaction=256", "max_wal_size=256MB",
            "log_statement=none", "autovacuum_naptime=60",
        ]
        settings += options.settings
        let blocks = options.fileBytesMax.map { String($0 / 512 + 1) } ?? "unlimited"
        let shell = [
            "/bin/sh", "-c", Self.script, "icds-test-cluster", binaries, blocks,
            settings.map { "-c " + $0 }.joined(separator: " "),
        ]
        process = try Self.spawn(Self.asUnprivileged(shell), input: input[0], output: output[1])
        close(input[0])
        close(output[1])
        orders = input[1]
        answers = output[0]
        folder = Self.line(from: answers)
        guard folder.hasPrefix("/") else {
            throw TestClusterError("cannot make a cluster with \(binaries)/initdb: \(folder)")
        }
    }

    deinit {
        // The shell takes the end of its input as its last order.
        close(orders)
        close(answers)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// Gives one order and waits until it has been carried out.
    func order(_ order: String) throws {
        let bytes = Array((order + "\n").utf8)
        guard write(orders, bytes, bytes.count) == bytes.count else {
            throw TestClusterError("the cluster's shell is gone")
        }
        let answer = Self.line(from: answers)
        guard answer == "done" else {
            throw TestClusterError("\(order) failed; the log is \(folder)/log")
        }
    }

    /// $1: PostgreSQL's programs, $2: file size limit in blocks of 512 bytes, $3: settings.
    private static let script = """
        trap '' INT TERM HUP
        cd / || exit 1
        umask 077
        bin=$1 limit=$2 settings=$3
        dir=$(mktemp -d /tmp/icds-XXXXXX) || exit 1
        end() { rm -rf "$dir"; exit "$1"; }
        ctl() { "$bin/pg_ctl" -s -w -t 60 -D "$dir/data" "$@" >>"$dir/ctl" 2>&1 </dev/null; }
        sctl() { "$bin/pg_ctl" -s -w -t 60 -D "$dir/standby" "$@" >>"$dir/ctl" 2>&1 </dev/null; }
        standby() {
            "$bin/pg_basebackup" -h "$dir" -p 5432 -U postgres -D "$dir/standby" -R -X stream \\
                -c fast >>"$dir/ctl" 2>&1 </dev/null && resume
        }
        resume() {
            sctl -l "$dir/standby.log" \\
                -o "$settings -c port=5433 -c unix_socket_directories=$dir" start
        }
        answer() { if [ "$1" = 0 ]; then echo done; else echo failed; fi; }
        "$bin/initdb" -N -A trust -U postgres -E UTF8 --no-locale --wal-segsize=1 \\
            -D "$dir/data" >"$dir/initdb" 2>&1 </dev/null || end 1
        echo "$dir"
        while read -r order; do
            case $order in
            start) (ulimit -f "$limit"; ctl -l "$dir/log" \\
                -o "$settings -c unix_socket_directories=$dir" start) ; answer $? ;;
            stop) ctl -m fast stop ; answer $? ;;
            standby) standby ; answer $? ;;
            resume-standby) resume ; answer $? ;;
            promote) sctl promote ; answer $? ;;
            stop-standby) sctl -m immediate stop ; answer $? ;;
            crash) ctl -m immediate stop ; answer $? ;;
            esac
        done
        ctl -m immediate stop
        if [ -d "$dir/standby" ]; then sctl -m immediate stop; fi
        end 0
        """

    /// PostgreSQL refuses to run as root.
    private static func asUnprivileged(_ command: [String]) throws -> [String] {
        // A session of its own: a terminal's interrupt is for the tests, not for the keeper.
        guard getuid() == 0 else { return ["setsid"] + command }
        guard let user = getpwnam("postgres") ?? getpwnam("nobody") else {
            throw TestClusterError("no unprivileged user to run PostgreSQL")
        }
        return [
            "setsid", "setpriv", "--reuid=\(user.pointee.pw_uid)",
            "--regid=\(user.pointee.pw_gid)", "--clear-groups",
        ] + command
    }

    /// The newest PostgreSQL from 15 on where Debian installs it, else the one on the path.
    private static func binaries() throws -> String {
        for version in (15...30).reversed() {
            let folder = "/usr/lib/postgresql/\(version)/bin"
            if access(folder + "/initdb", X_OK) == 0 { return folder }
        }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        for folder in path.split(separator: ":")
        where access(folder + "/initdb", X_OK) == 0 && access(folder + "/pg_ctl", X_OK) == 0 {
            return String(folder)
        }
        throw TestClusterError("PostgreSQL's server (initdb, pg_ctl) is not installed")
    }

    private static func spawn(
        _ command: [String], input: Int32, output: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        var environment: [UnsafeMutablePointer<CChar>?] = [
            strdup("PATH=" + path), strdup("LC_ALL=C"), nil,
        ]
        defer { for text in arguments + environment { free(text) } }
        var process: pid_t = 0
        let status = posix_spawnp(
            &process, command[0], &actions, nil, &arguments, &environment)
        guard status == 0 else { throw TestClusterError("cannot start a shell: \(status)") }
        return process
    }

    private static func line(from descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
