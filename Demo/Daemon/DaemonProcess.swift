import Dispatch
import Foundation
import Rehearsal

/// The daemon as a child process, from its start to its exit.
final class DaemonProcess {
    /// How long the daemon may take to become ready: the first start makes a database
    /// cluster, and one after a crash recovers it.
    static let readySeconds = 180
    /// How long it may take to end: its drain, and its database's shutdown.
    static let stopSeconds = 100

    private let process: ChildProcess
    private let state: StateFolder

    /// Starts the daemon on a free port of this machine, with its log in the state folder.
    init(program: URL, state: StateFolder) throws {
        self.state = state
        try? FileManager.default.removeItem(at: state.addressFile)
        // Settings of the shell that this runs in are not for this daemon.
        let environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("ICDS_")
        }
        let operatorCertificate = state.certificates.appendingPathComponent(
            "operator-keha-admin.pem")
        process = try ChildProcess(
            program: program.path,
            arguments: [
                "serve", "--state-folder", state.path, "--listen-host", "127.0.0.1",
                "--listen-port", "0", "--log-format", "text", "--identity-codes-artificial",
                "accepted", "--operators-certificates", operatorCertificate.path,
            ], environment: environment, log: state.logFile.path)
    }

    /// Waits until the daemon has said where it listens. Throws `Deviation` where it ends before
    /// that or takes too long.
    func address() async throws -> (host: String, port: Int) {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(Self.readySeconds)
        while clock.now < deadline {
            guard process.isRunning else {
                throw Deviation("the daemon ended before it was ready")
            }
            if let text = try? String(contentsOf: state.addressFile, encoding: .utf8),
                let colon = text.lastIndex(of: ":"),
                let port = Int(
                    text[text.index(after: colon)...]
                        .trimmingCharacters(in: .whitespacesAndNewlines))
            {
                return (String(text[..<colon]), port)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Deviation("the daemon was not ready after \(Self.readySeconds) s")
    }

    /// Asks the daemon to end, and waits for it. Returns its exit status; kills it where it takes too
    /// long, which gives 137.
    func stop() async -> Int32 {
        if process.isRunning { process.send(SIGTERM) }
        let guardian = DispatchWorkItem { [process] in process.send(SIGKILL) }
        DispatchQueue.global().asyncAfter(
            deadline: .now() + .seconds(Self.stopSeconds), execute: guardian)
        defer { guardian.cancel() }
        return await process.status()
    }

    var logPath: String { state.logFile.path }

    /// The last lines of its log, which holds no personal data.
    func logTail(lineCount: Int = 20) -> String {
        guard let text = try? String(contentsOf: state.logFile, encoding: .utf8) else { return "" }
        return text.split(separator: "\n").suffix(lineCount).map { "  \($0)\n" }.joined()
    }
}
