import Glibc

/// How many files and sockets the process may have open.
///
/// Connections must never use up the last descriptor: libraries that need one for a timer or a
/// thread then end the process, and the database cannot be reached.
enum OpenFiles {
    /// Descriptors kept for the database's connections, certificates, logs and libraries.
    static let reserved = 256

    /// Raises the limit as far as the system lets this process, and returns it.
    static func raiseLimit() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return 1_024 }
        var raised = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
        if setrlimit(resource, &raised) == 0 { limit = raised }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many of the `wanted` connections may be open with so many descriptors.
    static func connectionsMax(wanted: Int, descriptors: Int) -> Int {
        max(1, min(wanted, max(descriptors - reserved, descriptors / 4)))
    }
}
