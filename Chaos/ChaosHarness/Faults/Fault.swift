/// What is done to the daemon or to its database.
package enum Fault: Sendable, Hashable, CustomStringConvertible {
    /// SIGKILL to one server process, best one that commits: PostgreSQL then ends all others and
    /// recovers.
    case killBackend
    /// SIGKILL to the postmaster; the other processes notice.
    case killPostmaster
    /// SIGKILL to all processes of PostgreSQL.
    case killPostgres
    /// SIGKILL to the daemon.
    case killDaemon
    /// No byte more fits onto the database's disk.
    case fillDisk
    /// No process of the primary runs.
    case stopDatabase(seconds: Int)
    /// SIGKILL to the whole primary, and the standby becomes the primary.
    case promoteStandby

    package var kind: FaultKind {
        switch self {
        case .killBackend: .backend
        case .killPostmaster, .killPostgres: .postgres
        case .killDaemon: .daemon
        case .fillDisk: .disk
        case .stopDatabase: .stop
        case .promoteStandby: .promote
        }
    }

    package var description: String {
        switch self {
        case .killBackend: "a backend killed"
        case .killPostmaster: "the postmaster killed"
        case .killPostgres: "all of PostgreSQL killed"
        case .killDaemon: "the daemon killed"
        case .fillDisk: "the disk full"
        case .stopDatabase(let seconds): "the database stopped for \(seconds) s"
        case .promoteStandby: "the primary killed and the standby promoted"
        }
    }
}

/// Kinds of fault, as the command line names them.
package enum FaultKind: String, Sendable, CaseIterable {
    case backend
    case postgres
    case daemon
    case disk
    case stop
    case promote

    package var isKill: Bool {
        switch self {
        case .backend, .postgres, .daemon: true
        case .disk, .stop, .promote: false
        }
    }
}
