import Foundation
import Rehearsal

/// PostgreSQL's programs, and the user that they run as.
struct PostgresPrograms: Sendable {
    let folder: String
    /// Ids of another user, where this process is root: PostgreSQL refuses to run as root.
    private let other: (user: uid_t, group: gid_t)?

    /// - Parameter given: the folder of the programs; nil for Debian's newest.
    init(folder given: String?) throws {
        let debian = (15...30).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
        let candidates = given.map { [$0] } ?? debian
        guard let found = candidates.first(where: { access("\($0)/initdb", X_OK) == 0 }) else {
            throw ProcessFailure(
                "PostgreSQL's server programs are not in \(candidates[0]): run `make deps`, or name "
                    + "their folder with --postgres")
        }
        folder = found
        guard geteuid() == 0 else {
            other = nil
            return
        }
        guard let entry = getpwnam("postgres") ?? getpwnam("nobody") else {
            throw ProcessFailure("there is no user postgres, and PostgreSQL does not run as root")
        }
        other = (entry.pointee.pw_uid, entry.pointee.pw_gid)
    }

    /// How a program is started. `setpriv` becomes the program, so that its process is the program's.
    func start(_ name: String, _ arguments: [String]) -> (program: String, arguments: [String]) {
        let program = "\(folder)/\(name)"
        guard let other else { return (program, arguments) }
        let change = ["--reuid=\(other.user)", "--regid=\(other.group)", "--clear-groups", "--"]
        return ("/usr/bin/setpriv", change + [program] + arguments)
    }

    func run(_ name: String, _ arguments: [String], log: String) async throws {
        let (program, arguments) = start(name, arguments)
        try await Command.run(program, arguments, log: log)
    }

    /// Makes a folder that belongs to the user of the programs.
    func makeFolder(_ path: String, mode: Int = 0o700) throws {
        try RunFolder.make(path, mode: mode)
        try own(path)
    }

    func own(_ path: String) throws {
        guard let other else { return }
        guard chown(path, other.user, other.group) == 0 else {
            throw ProcessFailure("\(path) cannot be given to another user")
        }
    }
}
