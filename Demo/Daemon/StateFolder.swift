import Foundation

/// The folder in which the demonstration's daemon keeps its state from run to run.
struct StateFolder {
    /// Written by the first run: how many runs there have been.
    private static let counterName = "demo-run"
    /// Written by a daemon that runs as root: where the data of its database lie.
    private static let clusterRecordName = "cluster-folder"
    /// Below here the daemon puts such folders, and nowhere else does this program remove anything
    /// that is not in the state folder.
    private static let clusterParent = "/var/lib/icds/"

    let url: URL

    init(path: String) {
        url = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    }

    var path: String { url.path }
    var certificates: URL { url.appendingPathComponent("certs", isDirectory: true) }
    var logFile: URL { url.appendingPathComponent("icds-rpcd.log") }
    var addressFile: URL { url.appendingPathComponent("address") }
    private var counterFile: URL { url.appendingPathComponent(Self.counterName) }

    /// Makes the folder, for this user's eyes only.
    func make() throws {
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Removes the folder of earlier runs, with the data of its database.
    ///
    /// Throws `Deviation` where the folder is there and not one of this demonstration.
    func remove() throws {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else { return }
        guard files.fileExists(atPath: counterFile.path) else {
            throw Deviation("\(path) is no folder of this demonstration and is not removed")
        }
        let record = url.appendingPathComponent(Self.clusterRecordName)
        if let text = try? String(contentsOf: record, encoding: .utf8) {
            let folder = text.trimmingCharacters(in: .whitespacesAndNewlines)
            let name = folder.dropFirst(Self.clusterParent.count)
            if folder.hasPrefix(Self.clusterParent), !name.isEmpty, !name.contains("/"),
                !name.hasPrefix("."), files.fileExists(atPath: folder)
            {
                try files.removeItem(atPath: folder)
            }
        }
        try files.removeItem(at: url)
    }

    /// The number of this run, from 0; the next call gives the next.
    func takeRunNumber() throws -> Int {
        let text = (try? String(contentsOf: counterFile, encoding: .utf8)) ?? "0"
        guard let number = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)), number >= 0
        else { throw Deviation("\(counterFile.path) holds no number of runs") }
        try "\(number + 1)\n".write(to: counterFile, atomically: true, encoding: .utf8)
        return number
    }
}
