import Glibc
import SystemPackage

/// The folder of PostgreSQL's server programs (`postgres`, `initdb`), and their major version.
struct PostgresPrograms: Sendable, Equatable {
    /// The oldest major version that the schema's SQL works with.
    static let majorVersionMin = 15

    var folder: FilePath
    var majorVersion: Int

    var postgres: FilePath { folder.appending("postgres") }
    var initdb: FilePath { folder.appending("initdb") }

    /// Finds the programs.
    ///
    /// - Parameters:
    ///   - given: The folder that the configuration names, or nil.
    ///   - clusterVersion: The major version that made the data; nil where there are none yet.
    ///     A cluster is only ever opened by the version that made it.
    /// - Throws: `DaemonError` that says what to install.
    static func find(given: FilePath?, clusterVersion: Int?) throws -> PostgresPrograms {
        var candidates = given.map { [$0] } ?? debianFolders()
        if given == nil { candidates += searchPath() }
        let all = candidates.compactMap { folder -> PostgresPrograms? in
            guard folder.appending("initdb").exists, let version = version(of: folder) else {
                return nil
            }
            return PostgresPrograms(folder: folder, majorVersion: version)
        }
        if let clusterVersion {
            if let match = all.first(where: { $0.majorVersion == clusterVersion }) { return match }
            throw DaemonError(
                "the embedded database was made by PostgreSQL \(clusterVersion), whose server "
                    + "programs are not here: install postgresql-\(clusterVersion), or upgrade the "
                    + "cluster with pg_upgrade (docs/operations.md)")
        }
        if let newest = all.max(by: { $0.majorVersion < $1.majorVersion }),
            newest.majorVersion >= majorVersionMin
        {
            return newest
        }
        let place = given.map { "in \($0)" } ?? "on this machine"
        throw DaemonError(
            "no PostgreSQL server of version \(majorVersionMin) or newer \(place): run `make deps` "
                + "or install postgresql-\(majorVersionMin), or name a database with "
                + Setting.databaseConninfo.environmentName)
    }

    /// Debian keeps each major version in a folder of its own, newest last by name here.
    private static func debianFolders() -> [FilePath] {
        guard let versions = opendir("/usr/lib/postgresql") else { return [] }
        defer { closedir(versions) }
        var folders: [FilePath] = []
        while let entry = readdir(versions) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if Int(name) != nil { folders.append(FilePath("/usr/lib/postgresql/\(name)/bin")) }
        }
        return folders
    }

    private static func searchPath() -> [FilePath] {
        let path = ProcessEnvironment.current["PATH"] ?? ""
        return path.split(separator: ":").filter { $0.hasPrefix("/") }.map { FilePath(String($0)) }
    }

    /// Debian's folder says the version in its name; any other one has it beside the programs, in
    /// the version file of the catalogue that `initdb` starts from.
    private static func version(of folder: FilePath) -> Int? {
        let parent = folder.removingLastComponent()
        if let number = parent.lastComponent.flatMap({ Int($0.string) }) { return number }
        let shares = ["share/postgresql", "share"]
        for share in shares {
            let file = parent.pushing(FilePath(share)).appending("postgres.bki")
            guard let descriptor = try? FileDescriptor.open(file, .readOnly) else { continue }
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = try? descriptor.closeAfter {
                try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            }
            // Its first line is "# PostgreSQL 17".
            let line = String(decoding: buffer[..<(count ?? 0)], as: UTF8.self).prefix {
                $0 != "\n"
            }
            if let number = line.split(separator: " ").last.flatMap({ Int($0) }) { return number }
        }
        return nil
    }
}
