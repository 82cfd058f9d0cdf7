import Foundation
public import Glibc
import Synchronization

/// A child process whose lines are kept and can be waited for.
public final class RunningProgram: Sendable {
    private struct State {
        var lines: [String] = []
        var partial = ""
        var hasEnded = false
        var exitCode: Int32?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    public struct StartFailure: Error { let code: Int32 }

    private let state = Mutex(State())
    public let pid: pid_t
    private let input: Int32

    /// Started by posix_spawn, with sockets that no other child of the test process inherits: one that
    /// did would keep them open after this program's end.
    public init(_ path: String, _ arguments: [String], environment: [String: String]) throws {
        let (inputEnd, input) = try Self.makePair()
        let (output, outputEnd) = try Self.makePair()
        defer {
            close(inputEnd)
            close(outputEnd)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, inputEnd, 0)
        posix_spawn_file_actions_adddup2(&actions, outputEnd, 1)
        posix_spawn_file_actions_adddup2(&actions, outputEnd, 2)
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, nil, words, variables)
        guard code == 0 else { throw StartFailure(code: code) }
        self.pid = pid
        self.input = input
        // Reading and waiting block, so that each has a thread of its own.
        Thread.detachNewThread { [self] in readToEnd(output) }
        Thread.detachNewThread { [self, pid] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
            let isExit = status & 0x7F == 0
            let code = isExit ? status >> 8 & 0xFF : 128 + status & 0x7F
            change { $0.exitCode = code }
        }
    }

    /// Path of a program of this project: it is built beside the tests' own.
    public static func path(_ name: String) -> String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    private static func makePair() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw StartFailure(code: errno) }
        return (ends[0], ends[1])
    }

    private func readToEnd(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            append(buffer[..<count])
        }
        close(descriptor)
        change { $0.hasEnded = true }
    }

    deinit { close(input) }

    /// All lines so far.
    public var lines: [String] { state.withLock { $0.lines } }
    public var output: String { lines.joined(separator: "\n") }

    /// Writes a line to its standard input.
    public func write(_ line: String) throws {
        let bytes = Array("\(line)\n".utf8)
        let count = bytes.withUnsafeBytes {
            send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count == bytes.count else { throw StartFailure(code: errno) }
    }

    /// Ends its standard input.
    public func endInput() { shutdown(input, Int32(SHUT_WR)) }

    public func signal(_ number: Int32) { kill(pid, number) }

    /// The first line that contains a text, from the line numbered `start` on, as soon as there is one.
    public func line(containing text: String, from start: Int = 0) async throws -> String {
        while true {
            let (found, hasEnded) = state.withLock { state in
                (state.lines.dropFirst(start).first { $0.contains(text) }, state.hasEnded)
            }
            if let found { return found }
            if hasEnded {
                throw ProgramRun.Failure(description: "no line with \(text) in:\n\(output)")
            }
            await nextChange { state in
                state.hasEnded
                    || state.lines.dropFirst(start).contains { $0.contains(text) }
            }
        }
    }

    public func exitCode() async throws -> Int32 {
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

    private func append(_ data: ArraySlice<UInt8>) {
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
