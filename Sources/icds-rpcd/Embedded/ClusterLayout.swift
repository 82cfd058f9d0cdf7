import Glibc
import SystemPackage

/// Where the embedded cluster's files lie and which user its processes run as.
///
/// PostgreSQL refuses to run as root, so a root daemon runs it as `postgres` (else `nobody`). Such a
/// user may not be able to enter the state folder; the data then lie below /var/lib/icds, in a folder
/// whose random name the state folder records.
struct ClusterLayout: Sendable, Equatable {
    /// The user of the daemon.
    var daemonUser: SystemUser
    /// The user of the cluster's processes and files.
    var clusterUser: SystemUser
    /// Holds everything of the cluster.
    var folder: FilePath
    /// Holds the socket; mode 0700, the cluster user's own.
    var socketFolder: FilePath

    var data: FilePath { folder.appending("data") }
    var versionFile: FilePath { data.appending("PG_VERSION") }

    /// libpq's words for the place: everything but the user.
    var conninfo: String { "host=\(socketFolder) port=\(Self.port) dbname=\(Self.databaseName)" }

    static let databaseName = "icds"
    static let makeDatabase = "CREATE DATABASE icds"
    /// Only a part of the socket's name: no TCP port is opened.
    static let port = 5432
    /// A socket's path is limited by `sockaddr_un` to 107 bytes; this leaves room for its name.
    static let socketFolderBytesMax = 107 - "/.s.PGSQL.5432.lock".utf8.count

    /// Decides on the places and makes the folders.
    ///
    /// - Parameters:
    ///   - stateFolder: The daemon's state folder.
    ///   - given: The folder that the configuration names, or nil.
    /// - Throws: `DaemonError` where a folder cannot be had or is not safe to use.
    init(stateFolder: FilePath, given: FilePath?) throws {
        guard let user = SystemUser.current else {
            throw DaemonError(
                "the system has no name for user id \(geteuid()): the embedded database needs one "
                    + "(add it to /etc/passwd, or name a database of your own)")
        }
        daemonUser = user
        guard user.id == 0 else {
            clusterUser = user
            folder = given ?? stateFolder.appending("postgres")
            socketFolder = folder.appending("socket")
            try Self.makePrivate(folder, owner: user)
            if !Self.isFit(socketFolder: socketFolder) {
                socketFolder = Self.shortSocketFolder(for: folder)
            }
            try Self.makePrivate(socketFolder, owner: user)
            return
        }
        guard let other = SystemUser.named("postgres") ?? SystemUser.named("nobody") else {
            throw DaemonError("PostgreSQL does not run as root and there is no user postgres")
        }
        clusterUser = other
        folder = try given ?? Self.recordedFolder(stateFolder: stateFolder)
        socketFolder = folder.appending("socket")
        guard Self.isFit(socketFolder: socketFolder) else {
            throw DaemonError(
                "\(Setting.embeddedFolder.key): \(folder) is no place for a socket: at most "
                    + "\(Self.socketFolderBytesMax - 7) letters, digits, dots, hyphens and slashes")
        }
        try Self.makePrivate(folder, owner: other)
        try Self.makePrivate(socketFolder, owner: other)
    }

    /// The major version that made the data; nil where there are none yet.
    var clusterVersion: Int? {
        (try? versionFile.contents(limit: 64)).flatMap {
            Int(String(decoding: $0, as: UTF8.self).trimmed)
        }
    }

    /// The name is random and not derived from the state folder's path: who removes the state
    /// folder, and with it the master key, starts with a new cluster.
    private static func recordedFolder(stateFolder: FilePath) throws -> FilePath {
        let record = stateFolder.appending("cluster-folder")
        if record.exists {
            let text = String(decoding: try record.contents(limit: 4096), as: UTF8.self)
            return FilePath(String(text.trimmed))
        }
        var generator = SystemRandomNumberGenerator()
        let name = String(generator.next() as UInt64, radix: 36)
        let parent: FilePath = "/var/lib/icds"
        do {
            try parent.makeFolder(mode: 0o711)
            // The mask of the process leaves others out; the cluster's user must pass through.
            try Errno.check(chmod(parent.string, 0o711))
        } catch {
            throw DaemonError("\(parent): \(error)")
        }
        let folder = parent.appending(name)
        try record.replaceContents(with: "\(folder)\n")
        return folder
    }

    /// Short enough for the kernel, and free of what PostgreSQL's list of folders and libpq's
    /// connection strings read as their own punctuation.
    private static func isFit(socketFolder: FilePath) -> Bool {
        let bytes = socketFolder.string.utf8
        return bytes.count <= socketFolderBytesMax
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// A folder of the runtime kind, whose name follows from the cluster's place so that a later
    /// start finds it again.
    private static func shortSocketFolder(for folder: FilePath) -> FilePath {
        // FNV-1a: only distinctness matters here; ownership and mode are checked, not the name.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in folder.string.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let name = "icds-\(geteuid())-\(String(hash, radix: 36))"
        let runtime = ProcessEnvironment.current["XDG_RUNTIME_DIR"].map { FilePath($0) }
        let parents = [runtime, "/run", "/tmp"].compactMap { $0 }
        let usable = parents.first {
            access($0.string, W_OK | X_OK) == 0
                && isFit(socketFolder: $0.appending(name))
        }
        return (usable ?? "/tmp").appending(name)
    }

    /// Makes the folder, or takes one that is there only where it is a real folder of that owner:
    /// in a shared parent anybody could have put one there.
    private static func makePrivate(_ path: FilePath, owner: SystemUser) throws {
        do {
            if !path.exists { try path.makeFolder(mode: 0o700, owner: owner) }
            let status = try path.status()
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            let isOwnedWell = status.st_uid == owner.id || (geteuid() == 0 && status.st_uid == 0)
            guard isFolder, isOwnedWell else {
                throw DaemonError("\(path) is not a folder of user \(owner.name): remove it")
            }
            try Errno.check(chown(path.string, owner.id, owner.group))
            try Errno.check(chmod(path.string, 0o700))
        } catch let error as Errno {
            throw DaemonError("\(path): \(error)")
        }
    }
}
