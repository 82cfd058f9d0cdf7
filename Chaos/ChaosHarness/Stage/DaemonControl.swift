import Foundation
import Rehearsal
import Synchronization

/// The daemon as a process that is killed and started again, on the same port and state.
final class DaemonControl: Sendable {
    private struct State {
        var process: ChildProcess?
        /// Where it listens: chosen by the first start, kept by later ones.
        var port = 0
        var exitsByItself: [Int32] = []
        var isExpectedToEnd = false
    }

    private let run: RunFolder
    private let program: String
    private let conninfo: String
    private let administrator: String
    private let certificates: ChaosCertificates
    private let state = Mutex(State())

    init(
        in run: RunFolder, program: String, pair: ServerPair, certificates: ChaosCertificates
    ) async {
        self.run = run
        self.program = program
        self.certificates = certificates
        conninfo = pair.conninfo
        let primary = await pair.primary
        administrator =
            "host=\(primary.socketFolder) port=\(primary.port) user=postgres "
            + "dbname=\(PostgresServer.database)"
    }

    var port: Int { state.withLock { $0.port } }
    var pid: pid_t? { state.withLock { $0.process?.pid } }
    /// With what it ended where nobody had killed it.
    var exitsByItself: [Int32] { state.withLock { $0.exitsByItself } }

    private var masterKey: String { run.path + "/master.key" }
    private var signingKey: String { run.path + "/audit.key" }

    private var environment: [String: String] {
        Command.environment.merging([
            // A backtracer that outlives a killed daemon would keep its port.
            "SWIFT_BACKTRACE": "enable=no",
            "ICDS_STATE_FOLDER": run.daemonState,
            "ICDS_DATABASE_CONNINFO": conninfo,
            "ICDS_KEYS_MASTER_FILE": masterKey,
            "ICDS_AUDIT_SIGNING_KEY_FILE": signingKey,
            "ICDS_AUDIT_SEAL_SECONDS": "1",
            "ICDS_AUDIT_CHECKPOINT_SECONDS": "2",
            "ICDS_TLS_CERTIFICATE": certificates.file(.server, "pem"),
            "ICDS_TLS_KEY": certificates.file(.server, "key"),
            "ICDS_TLS_CLIENT_AUTHORITIES": certificates.authority,
            "ICDS_TLS_CERTIFICATE_REVOCATION_LISTS": certificates.folder + "/crl.pem",
            "ICDS_OPERATORS_CERTIFICATES": certificates.file(.operator, "pem"),
            "ICDS_IDENTITY_CODES_ARTIFICIAL": "accepted",
            "ICDS_LOG_FORMAT": "json",
        ]) { _, new in new }
    }

    // MARK: Preparing

    /// Makes the keys and the registry's schema. Gives the public key of the seals, as verifiers take
    /// it.
    func prepare() async throws -> String {
        var key = [UInt8](repeating: 0, count: 32)
        var generator = SystemRandomNumberGenerator()
        for index in key.indices { key[index] = generator.next() }
        guard
            FileManager.default.createFile(
                atPath: masterKey, contents: Data(key), attributes: [.posixPermissions: 0o600])
        else { throw ProcessFailure("the master key cannot be written") }
        let publicKey = try await Command.run(
            program, ["audit-key", "--create"], environment: environment,
            log: run.log("audit-key"))
        var bootstrap = environment
        bootstrap["ICDS_DATABASE_ADMINISTRATOR_CONNINFO"] = administrator
        try await Command.run(
            program, ["bootstrap"], environment: bootstrap, log: run.log("bootstrap"))
        return publicKey.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: Running

    /// Starts it. Does not wait until it is ready: the load does.
    func start() throws {
        let address = run.daemonState + "/address"
        try? FileManager.default.removeItem(atPath: address)
        let port = port
        let started = try ChildProcess(
            program: program, arguments: ["serve", "--state-folder", run.daemonState],
            environment: environment.merging(["ICDS_LISTEN_PORT": "\(port)"]) { _, new in new },
            log: run.daemonLog, isAppending: true)
        state.withLock {
            $0.process = started
            $0.isExpectedToEnd = false
        }
        Task { [weak self] in
            let status = await started.status()
            self?.ended(started, status)
        }
    }

    /// Waits until it listens, and keeps the port.
    func awaitAddress() async throws {
        var port = 0
        try await Patience.require("the daemon listens", atMost: .seconds(120)) {
            let text =
                (try? String(contentsOfFile: run.daemonState + "/address", encoding: .utf8)) ?? ""
            port = text.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) } ?? 0
            return port > 0
        }
        state.withLock { [port] in $0.port = port }
    }

    func kill() async {
        let process = state.withLock { state in
            state.isExpectedToEnd = true
            return state.process
        }
        process?.send(SIGKILL)
        _ = await process?.status()
    }

    /// As an operator stops it. Gives its exit status.
    func stop() async -> Int32? {
        let process = state.withLock { state in
            state.isExpectedToEnd = true
            return state.process
        }
        process?.send(SIGTERM)
        return await process?.status()
    }

    /// Whoever runs a daemon starts it again where it ends; here that is counted.
    private func ended(_ process: ChildProcess, _ status: Int32) {
        let isUnexpected = state.withLock { state in
            guard state.process === process, !state.isExpectedToEnd else { return false }
            state.exitsByItself.append(status)
            return true
        }
        if isUnexpected { try? start() }
    }
}
