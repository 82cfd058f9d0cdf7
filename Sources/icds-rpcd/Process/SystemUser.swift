import Glibc

/// A user of the operating system.
struct SystemUser: Sendable, Equatable {
    var name: String
    var id: uid_t
    var group: gid_t

    /// The user that the process runs as; nil where the system has no name for it, which a database
    /// that asks the system who connects cannot work with.
    static var current: SystemUser? { find { getpwuid_r(geteuid(), $0, $1, $2, $3) } }

    /// The user of a name, or nil.
    static func named(_ name: String) -> SystemUser? { find { getpwnam_r(name, $0, $1, $2, $3) } }

    private static func find(
        _ lookUp: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> Int32
    ) -> SystemUser? {
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        return buffer.withUnsafeMutableBufferPointer { buffer -> SystemUser? in
            guard let base = buffer.baseAddress,
                lookUp(&entry, base, buffer.count, &result) == 0, result != nil
            else { return nil }
            return SystemUser(
                name: String(cString: entry.pw_name), id: entry.pw_uid, group: entry.pw_gid)
        }
    }
}
