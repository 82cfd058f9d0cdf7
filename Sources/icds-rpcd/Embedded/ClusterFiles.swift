import Glibc
import SystemPackage

/// The cluster's configuration files. They are written anew at each start, so that a newer daemon's
/// tuning applies to an older cluster; a site's own additions go into `local.conf` beside the data.
struct ClusterFiles: Sendable {
    let layout: ClusterLayout

    /// The roles by which the daemon connects; `postgres` is the cluster's administrator, for
    /// bootstrap alone.
    static let roles = [
        "postgres", "icds_migrator", "icds_api", "icds_sharing", "icds_operator", "icds_sealer",
    ]

    /// The file of the site's own settings, which is made once and then left alone.
    var localFile: FilePath { layout.folder.appending("local.conf") }

    func write(to data: FilePath) throws {
        if !localFile.exists {
            try localFile.replaceContents(
                with: "# PostgreSQL settings of this site; they win over the daemon's.\n",
                owner: layout.clusterUser)
        }
        let files = [
            ("postgresql.conf", settings), ("pg_hba.conf", access), ("pg_ident.conf", identities),
        ]
        for (name, text) in files {
            try data.appending(name).replaceContents(with: text, owner: layout.clusterUser)
        }
    }

    /// What differs from PostgreSQL's defaults, and why.
    var settings: String {
        """
        # Written by icds-rpcd at each start. Put your own settings into ../local.conf.

        # Reached through one socket in a folder that only its owner may enter.
        listen_addresses = ''
        port = \(ClusterLayout.port)
        unix_socket_directories = '\(layout.socketFolder)'
        unix_socket_permissions = 0700

        # 308 schemas: a migration or a dump locks many tables in one transaction.
        max_locks_per_transaction = 256
        max_connections = 64
        shared_buffers = 64MB
        dynamic_shared_memory_type = \(Self.sharedMemory)
        max_wal_size = 512MB
        # Rows are small and found by index; compiling plans costs more than it saves.
        jit = off

        # Sorting, dates and messages do not depend on the machine.
        timezone = 'UTC'
        lc_messages = 'C'

        # Lines go to the daemon's log. Statements, parameters and details of errors stay out of
        # it, since they may hold personal data: the daemon reports errors itself, without them.
        logging_collector = off
        log_destination = 'stderr'
        log_line_prefix = ''
        log_min_messages = log
        log_min_error_statement = panic
        log_error_verbosity = terse
        log_statement = none
        log_parameter_max_length = 0
        log_parameter_max_length_on_error = 0
        log_checkpoints = off

        # A connection that a crashed daemon left in a transaction does not hold its locks.
        idle_in_transaction_session_timeout = 60s

        include = '../local.conf'

        """
    }

    /// POSIX shared memory where the system offers it to everybody; in some containers it does not.
    private static var sharedMemory: String {
        let place: FilePath = "/dev/shm"
        let isOpen = (try? place.status().st_mode).map { $0 & S_IWOTH != 0 } ?? false
        return isOpen ? "posix" : "mmap"
    }

    /// Who may connect: through the socket, as the operating system names the process's user.
    var access: String {
        """
        # Written by icds-rpcd at each start.
        local all all peer map=icds

        """
    }

    /// Which users of the operating system may take which roles.
    var identities: String {
        var users = [layout.daemonUser.name]
        if layout.clusterUser.name != users[0] { users.append(layout.clusterUser.name) }
        let rows = users.flatMap { user in Self.roles.map { "icds \"\(user)\" \($0)" } }
        return "# Written by icds-rpcd at each start.\n" + rows.joined(separator: "\n") + "\n"
    }
}
