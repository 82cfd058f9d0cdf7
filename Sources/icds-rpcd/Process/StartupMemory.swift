private import CProcess

/// The memory that only the start needed: configuration, certificates, first connections.
enum StartupMemory {
    /// Gives it back to the system. Code that is needed again is mapped again from the file cache,
    /// at the cost of some page faults in the first calls.
    static func release() {
        icds_release_startup_memory()
    }
}
