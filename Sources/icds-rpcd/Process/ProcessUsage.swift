import Glibc
import SystemPackage

/// What the process takes from the machine, as the system counts it.
enum ProcessUsage {
    /// CPU time of all threads, user and system, in seconds.
    static var cpuSeconds: Double {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// Memory in RAM, in bytes; 0 where the system does not say.
    static var residentBytes: Int {
        guard let bytes = try? FilePath("/proc/self/statm").contents(limit: 4_096) else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(getpagesize())
    }

    /// Open file descriptors; 0 where the system does not say.
    static var openDescriptors: Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // "." and "..", and the descriptor that this takes.
        return max(0, count - 3)
    }

    /// File descriptors that may be open at most.
    static var descriptorsMax: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
