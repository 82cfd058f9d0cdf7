import Contract
import Foundation
import Tenancy
import TestSupport
import Wire

/// A daemon that a test started from the built program, with a state folder and certificates of its own.
final class DaemonProcess: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let folder: DaemonFolder
    let process: RunningProgram
    /// "127.0.0.1:40123".
    let address: String

    var port: Int { address.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    /// Starts and waits until the daemon says that it is ready.
    init(
        _ folder: DaemonFolder, arguments: [String] = [], environment: [String: String] = [:]
    ) async throws {
        self.folder = folder
        process = try folder.start(
            ["serve", "--listen-port", "0"] + arguments, environment: environment)
        let line = try await process.line(containing: "\"READY\"")
        guard let start = line.range(of: "\"address\":\"")?.upperBound,
            let end = line[start...].firstIndex(of: "\"")
        else { throw Failure(description: line) }
        address = String(line[start..<end])
    }

    /// A connection of the operator's system that the daemon was started with.
    func connectAsOperator() async throws -> RPCClient {
        let tls = try TLSContext.client(
            TLSConfiguration(
                certificateChainFile: folder.operatorSystem.certificatePath,
                privateKeyFile: folder.operatorSystem.keyPath,
                trustedAuthorityFiles: [folder.authority]),
            serverName: "127.0.0.1")
        return try await RPCClient.connect(
            ClientConfiguration(host: "127.0.0.1", port: port, tls: tls))
    }

    /// SIGTERM, and the exit code.
    func stop() async throws -> Int32 {
        process.signal(SIGTERM)
        return try await process.exitCode()
    }
}

/// A folder below the system's temporary one with everything that a daemon needs. Its parents may be
/// entered by anybody, since the cluster of a root daemon runs as another user.
final class DaemonFolder: Sendable {
    let path: String
    let server: IssuedCertificate
    let operatorSystem: IssuedCertificate
    let authority: String
    /// The authority's revocation list, for a test to replace.
    let revocationList: String

    var state: String { path + "/state" }
    var cluster: String { path + "/cluster" }

    init() throws {
        path = "/tmp/icds-daemon-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o711])
        let pki = try TestPKI.shared
        server = try pki.server()
        operatorSystem = try pki.issue(uris: ["urn:icds:operator:test:admin"])
        authority = pki.trustedAuthorityPath
        revocationList = path + "/crl.pem"
        try pki.revocationList().write(to: revocationList)
    }

    /// A key for the log's seals, as a site with a database of its own brings one. The answer is its path.
    func makeSigningKey() throws -> String {
        let file = path + "/audit.key"
        _ = try SigningKeyFile.create(path: file)
        return file
    }

    /// Removes everything, and stops what a killed daemon left running.
    func remove() {
        if let pid = try? postmaster() { kill(pid, SIGQUIT) }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The process of the running cluster.
    func postmaster() throws -> pid_t {
        let text = try String(contentsOfFile: cluster + "/data/postmaster.pid", encoding: .utf8)
        guard let pid = text.split(separator: "\n").first.flatMap({ pid_t($0) }), pid > 1 else {
            throw DaemonProcess.Failure(description: "no postmaster")
        }
        return pid
    }

    static var program: String { RunningProgram.path("icds-rpcd") }

    var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
            "ICDS_STATE_FOLDER": state, "ICDS_EMBEDDED_FOLDER": cluster,
            "ICDS_TLS_CERTIFICATE": server.certificatePath, "ICDS_TLS_KEY": server.keyPath,
            "ICDS_TLS_CLIENT_AUTHORITIES": authority,
            "ICDS_TLS_CERTIFICATE_REVOCATION_LISTS": revocationList,
            "ICDS_OPERATORS_CERTIFICATES": operatorSystem.certificatePath,
            "ICDS_IDENTITY_CODES_ARTIFICIAL": "accepted",
            "ICDS_LOG_FORMAT": "json", "ICDS_LOG_LEVEL": "debug",
        ]
    }

    func start(
        _ arguments: [String], environment changes: [String: String] = [:]
    ) throws -> RunningProgram {
        try RunningProgram(
            Self.program, arguments,
            environment: environment.merging(changes) { _, new in new })
    }
}
