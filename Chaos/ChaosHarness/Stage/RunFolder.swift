import Foundation
import Rehearsal

/// Everything that a run keeps on the disk, in one folder with a random name.
struct RunFolder: Sendable {
    let path: String

    var certificates: String { path + "/certs" }
    var daemonState: String { path + "/daemon" }
    var daemonLog: String { path + "/icds-rpcd.log" }
    var sockets: String { path + "/sockets" }
    var exports: String { path + "/exports" }

    /// Output of a program that is run to its end.
    func log(_ name: String) -> String { "\(path)/\(name).log" }

    /// - Parameter parent: where the folder is made. Another user must be able to pass through, since
    ///   PostgreSQL does not run as root.
    init(in parent: String) throws {
        path = "\(parent)/icds-chaos-\(UUID().uuidString.prefix(8).lowercased())"
        // Room for the socket's name within the 107 bytes of a socket's path.
        guard path.utf8.count < 70 else {
            throw ProcessFailure("\(parent) is too long a path for a socket below it")
        }
        try Self.make(path, mode: 0o711)
        try Self.make(daemonState, mode: 0o700)
        try Self.make(exports, mode: 0o700)
    }

    static func make(_ path: String, mode: Int) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: mode])
        // The mask of this process does not count.
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}
