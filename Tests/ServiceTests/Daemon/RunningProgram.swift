import Foundation
import Synchronization

/// A child process whose lines are kept and can be waited for.
final class RunningProgram: Sendable {
    private struct State {
        var lines: [String] = []
        var partial = ""
        var hasEnded = false
        var exitCode: Int32?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    let pid: pid_t

    private let input: FileHandle

    init(_ path: String, _ arguments: [String], environment: [String: String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment
        let inputPipe = Pipe()
        process.standardInput = inputPipe
        input = inputPipe.fileHandleForWriting
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        pid = process.processIdentifier
        let descriptor = pipe.fileHandleForReading
        // Reading and waiting block, so that each has a thread of its own.
        Thread.detachNewThread { [self] in
            while case let data = descriptor.availableData, !data.isEmpty { append(data) }
            change { $0.hasEnded = true }
        }
        // Only this thread uses it from here on.
        nonisolated(unsafe) let child = process
        Thread.detachNewThread { [self] in
            child.waitUntilExit()
            change { $0.exitCode = child.terminationStatus }
        }
    }

    /// All lines so far.
    var lines: [String] { state.withLock { $0.lines } }
    var output: String { lines.joined(separator: "\n") }

    /// Writes a line to its standard input.
    func write(_ line: String) throws { try input.write(contentsOf: Data("\(line)\n".utf8)) }

    func signal(_ number: Int32) { kill(pid, number) }

    /// The first line that contains a text, from the line numbered `start` on, as soon as there is one.
    func line(containing text: String, from start: Int = 0) async throws -> String {
        while true {
            let (found, hasEnded) = state.withLock { state in
                (state.lines.dropFirst(start).first { $0.contains(text) }, state.hasEnded)
            }
            if let found { return found }
            if hasEnded {
                throw DaemonProcess.Failure(description: "no line with \(text) in:\n\(output)")
            }
            await nextChange { state in
                state.hasEnded
                    || state.lines.dropFirst(start).contains { $0.contains(text) }
            }
        }
    }

    func exitCode() async throws -> Int32 {
        while true {
            if let code = state.withLock({ $0.hasEnded ? $0.exitCode : nil }) { return code }
            await nextChange { $0.hasEnded && $0.exitCode != nil }
        }
    }

    private func nextChange(unless isThere: @Sendable (inout State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isNow = state.withLock { state in
                if isThere(&state) { return true }
                state.waiting.append(continuation)
                return false
            }
            if isNow { continuation.resume() }
        }
    }

    private func append(_ data: Data) {
        change { state in
            let parts = (state.partial + String(decoding: data, as: UTF8.self))
                .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            state.lines += parts.dropLast()
            state.partial = parts.last ?? ""
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
