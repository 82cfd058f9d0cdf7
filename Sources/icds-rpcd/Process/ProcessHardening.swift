private import CProcess
import Glibc
import SystemPackage

/// What the process does to itself before it holds a key.
enum ProcessHardening {
    /// Files are the owner's alone; no memory image is ever written, since keys and personal data
    /// are in it; a peer that closes its socket raises no signal.
    ///
    /// - Throws: `DaemonError` where the system refuses.
    static func apply() throws {
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        guard setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0,
            icds_forbid_memory_dumps() == 0
        else {
            throw DaemonError("cannot switch off memory dumps: \(Errno(rawValue: errno))")
        }
    }
}
