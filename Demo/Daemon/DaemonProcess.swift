import Dispatch
import Foundation

/// The daemon as a child process, from its start to its exit.
final class DaemonProcess {
    /// How long the daemon may take to become ready: the first start makes a database cluster.
    static let readySeconds = 120
    /// How long it may take to end: its drain, and its database's shutdown.
    static let stopSeconds = 60

    private let process: Process
    private let state: StateFolder
    /// Its exit status, once it has one; above 128 for a signal.
    private let ended: Task<Int32, Never>

    /// Starts the daemon on a free port of this machine, with its log in the state folder.
    init(program: URL, state: StateFolder) throws {
        self.state = state
        try? FileManager.default.removeItem(at: state.addressFile)
        _ = FileManager.default.createFile(
            atPath: state.logFile.path, contents: nil, attributes: [.posixPermissions: 0o600])
        let log = try FileHandle(forWritingTo: state.logFile)
        process = Process()
        process.executableURL = program
        process.arguments = [
            "serve", "--state-folder", state.path, "--listen-host", "127.0.0.1",
            "--listen-port", "0", "--log-format", "text", "--identity-codes-artificial",
            "accepted", "--operators-certificates",
            state.certificates.appendingPathComponent("operator-keha-admin.pem").path,
        ]
        // Settings of the shell that this runs in are not for this daemon.
        process.environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("ICDS_")
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = log
        process.standardError = log
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        ended = Task.detached {
            var status: Int32 = 0
            for await value in stream { status = value }
            return status
        }
        process.terminationHandler = { process in
            let isExit = process.terminationReason == .exit
            continuation.yield(
                isExit ? process.terminationStatus : 128 + process.terminationStatus)
            continuation.finish()
        }
        do {
            try process.run()
        } catch {
            throw Deviation("\(program.path) cannot be started: \(error.localizedDescription)")
        }
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
        if process.isRunning { process.terminate() }
        let guardian = DispatchWorkItem { [pid = process.processIdentifier] in
            kill(pid, SIGKILL)
        }
        DispatchQueue.global().asyncAfter(
            deadline: .now() + .seconds(Self.stopSeconds), execute: guardian)
        defer { guardian.cancel() }
        return await ended.value
    }

    /// The last lines of its log, which holds no personal data.
    func logTail(lineCount: Int = 20) -> String {
        guard let text = try? String(contentsOf: state.logFile, encoding: .utf8) else { return "" }
        return text.split(separator: "\n").suffix(lineCount).map { "  \($0)\n" }.joined()
    }
}
