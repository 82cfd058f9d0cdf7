/// What a schema has recorded of the scripts that were run in it, and what follows from that.
struct SchemaHistory: Sendable, Equatable {
    struct Record: Sendable, Equatable {
        let version: Int
        let digest: String
    }

    /// In the order of their versions; empty where there is no schema.
    let records: [Record]

    /// 0 where there is no schema.
    var version: Int { records.last?.version ?? 0 }

    init(_ records: [Record] = []) {
        self.records = records
    }

    /// - Parameter result: rows with `version` and `script_digest`, in the order of versions.
    init(_ result: SQLResult) throws(DatabaseError) {
        var records: [Record] = []
        for row in result.rows {
            records.append(
                Record(
                    version: try row.value("version"), digest: try row.value("script_digest")))
        }
        self.init(records)
    }

    /// The scripts that are still to be run here.
    ///
    /// A schema is only worked on where it is known what it is: every script that it records must be
    /// one that this program has, byte for byte.
    func missing(of scripts: [SchemaScript]) throws(SchemaError) -> [SchemaScript] {
        guard version <= scripts.latestVersion else {
            throw .newerThanProgram(installed: version, known: scripts.latestVersion)
        }
        for (record, script) in zip(records, scripts) {
            guard record.version == script.version else {
                throw .incompleteHistory(missing: script.version)
            }
            guard record.digest == script.digest else {
                throw .changedScript(
                    version: script.version, recorded: record.digest, known: script.digest)
            }
        }
        return scripts.filter { $0.version > version }
    }
}

/// Why a schema cannot be worked on.
public enum SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A later version of this program made it.
    case newerThanProgram(installed: Int, known: Int)
    /// The script that made a version was not this program's: the schema is of an unreleased or a
    /// changed program. Digests are SHA-256 of the scripts' files, in hexadecimal.
    case changedScript(version: Int, recorded: String, known: String)
    /// `schema_version` lacks a version below the one that it has.
    case incompleteHistory(missing: Int)

    public var description: String {
        switch self {
        case .newerThanProgram(let installed, let known):
            "the schema has version \(installed), made by a later program; this one knows \(known)"
        case .changedScript(let version, let recorded, let known):
            "version \(version) of the schema was made by another script: the schema records "
                + "\(recorded), this program has \(known)"
        case .incompleteHistory(let missing):
            "the schema records later versions but not version \(missing)"
        }
    }
}
