import Foundation
import Rehearsal

/// The servers' disks, and how one is filled.
struct Disks: Sendable {
    /// Bytes of a server's own file system.
    private static let mountBytes = 1 << 30

    /// Whether each server's data lie on a file system of their own, which takes root. Otherwise the
    /// system lets the server's processes make no file any larger than the largest is.
    let areMounted: Bool

    func prepare(_ server: PostgresServer) async throws {
        guard areMounted else { return }
        try await Command.run(
            "/usr/bin/mount",
            [
                "-t", "tmpfs", "-o", "size=\(Self.mountBytes),mode=0700", "icds-chaos", server.disk,
            ], log: server.folder + "/mount.log")
    }

    /// From now on nothing more fits.
    func fill(_ server: PostgresServer) async throws {
        guard areMounted else {
            let largest = try Self.largestFile(in: server.data + "/base")
            // A part of a page more: a server takes a write that is cut short for a full disk.
            return try await limit(server, "\(largest + 512):")
        }
        let ballast = open(ballast(server), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard ballast >= 0 else { throw ProcessFailure("no file to fill the disk with") }
        defer { close(ballast) }
        for count in [1 << 20, 4_096] {
            let bytes = [UInt8](repeating: 0, count: count)
            while write(ballast, bytes, count) == count {}
        }
    }

    /// There is room again.
    func clear(_ server: PostgresServer) async throws {
        guard areMounted else { return try await limit(server, "unlimited:") }
        guard unlink(ballast(server)) == 0 else {
            throw ProcessFailure("the disk cannot be cleared")
        }
    }

    private func ballast(_ server: PostgresServer) -> String { server.disk + "/ballast" }

    /// Of processes to come their parent's limit counts.
    private func limit(_ server: PostgresServer, _ bytes: String) async throws {
        guard let postmaster = server.postmaster else { return }
        for pid in [postmaster] + ProcessTable.children(of: postmaster) {
            // One that has ended meanwhile needs none.
            _ = try? await Command.run(
                "/usr/bin/prlimit", ["--pid", "\(pid)", "--fsize=\(bytes)"],
                log: server.folder + "/prlimit.log")
        }
    }

    private static func largestFile(in folder: String) throws -> Int {
        let files = FileManager.default
        return try files.subpathsOfDirectory(atPath: folder).map { name in
            let attributes = try? files.attributesOfItem(atPath: "\(folder)/\(name)")
            return attributes?[.size] as? Int ?? 0
        }.max() ?? 0
    }
}
