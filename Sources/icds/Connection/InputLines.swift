import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lines of standard input, one at a time, as they come. Empty lines are passed over.
struct InputLines {
    /// Reading blocks, so it has a thread of its own.
    private static let queue = DispatchQueue(label: "icds.standard-input")

    /// Bytes of a line at the most.
    let bytesMax: Int
    private var buffer: [UInt8] = []
    private var isAtEnd = false

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// The next line; nil at the end. Throws `UsageError`.
    mutating func next() async throws -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                if let text = try Self.text(line) { return text }
                continue
            }
            if isAtEnd {
                defer { buffer = [] }
                return try Self.text(buffer)
            }
            guard buffer.count <= bytesMax else {
                throw UsageError("standard input: a line has more than \(bytesMax) bytes")
            }
            let chunk = try await Self.chunk()
            isAtEnd = chunk.isEmpty
            buffer += chunk
        }
    }

    private static func text(_ line: [UInt8]) throws -> String? {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw UsageError("standard input: is not UTF-8")
        }
        return text.allSatisfy(\.isWhitespace) ? nil : text
    }

    /// Some bytes; none at the end. Who is cancelled does not wait: what comes then is lost.
    private static func chunk() async throws -> [UInt8] {
        let waiter = Waiter()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiter.wait(continuation)
                queue.async { waiter.resume(with: read()) }
            }
        } onCancel: {
            waiter.resume(with: .failure(CancellationError()))
        }
    }

    private static func read() -> Result<[UInt8], any Error> {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            #if canImport(Glibc)
                let count = Glibc.read(STDIN_FILENO, &bytes, bytes.count)
            #else
                let count = Darwin.read(STDIN_FILENO, &bytes, bytes.count)
            #endif
            if count >= 0 { return .success(Array(bytes.prefix(count))) }
            guard errno == EINTR else {
                return .failure(UsageError("standard input: \(String(cString: strerror(errno)))"))
            }
        }
    }

    /// Resumed once, by what comes first.
    private final class Waiter: Sendable {
        private enum State {
            case idle
            case waiting(CheckedContinuation<[UInt8], any Error>)
            case over(Result<[UInt8], any Error>?)
        }

        private let state = Mutex(State.idle)

        func wait(_ continuation: CheckedContinuation<[UInt8], any Error>) {
            let early = state.withLock { state -> Result<[UInt8], any Error>? in
                guard case .over(let result) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                return result
            }
            if let early { continuation.resume(with: early) }
        }

        func resume(with result: Result<[UInt8], any Error>) {
            let continuation = state.withLock {
                state -> CheckedContinuation<[UInt8], any Error>? in
                switch state {
                case .idle:
                    state = .over(result)
                    return nil
                case .waiting(let continuation):
                    state = .over(nil)
                    return continuation
                case .over: return nil
                }
            }
            continuation?.resume(with: result)
        }
    }
}
