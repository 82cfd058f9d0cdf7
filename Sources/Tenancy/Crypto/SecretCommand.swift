internal import COpenSSL
internal import CProcess
internal import Glibc

/// A program that prints a secret on its standard output, so that an HSM or a KMS can stand behind it:
/// it holds the secret wrapped, and the program has it unwrapped there.
///
/// It is started without a shell, as a process group of its own, with nothing of this process's
/// environment but `HOME`, nothing on its standard input and no descriptor of this process. What it
/// prints is bounded, and so is its time; past either it is killed with its group. What it says on
/// standard error may hold secrets and is shown to nobody but a person who asks at a terminal.
public struct SecretCommand: Sendable, Equatable {
    /// The program's absolute path and its arguments. They are public: no secret belongs there.
    public let words: [String]
    public let timeLimit: Duration

    private static let wordsMax = 64

    /// - Throws: `CryptoError.secretCommand` for words that cannot be started.
    public init(_ words: [String], timeLimit: Duration) throws(CryptoError) {
        guard let program = words.first, program.hasPrefix("/") else {
            throw Self.failure("it must begin with the absolute path of a program")
        }
        guard words.count <= Self.wordsMax, !words.contains(where: { $0.utf8.contains(0) }) else {
            throw Self.failure("it has too many words, or a NUL character in one")
        }
        self.words = words
        self.timeLimit = timeLimit
    }

    /// Whether it could be started: a program that nobody but its owner, root or this user, can change.
    ///
    /// - Throws: `CryptoError.secretCommand`.
    public func check() throws(CryptoError) {
        var status = stat()
        guard stat(words[0], &status) == 0 else { throw Self.failure("\(words[0]) is not there") }
        guard status.st_mode & S_IFMT == S_IFREG, access(words[0], X_OK) == 0 else {
            throw Self.failure("\(words[0]) is no program that this user may run")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & 0o022 == 0 else {
            throw Self.failure("others than its owner may change \(words[0])")
        }
    }

    /// Runs it and hands over what it printed; that memory is erased afterwards. Blocks the thread for
    /// `timeLimit` at most.
    ///
    /// - Parameters:
    ///   - bytesMax: a longer output is refused.
    ///   - showsErrors: lets its standard error through to this process's.
    /// - Throws: `CryptoError.secretCommand`; what `body` throws.
    func run<Value>(
        bytesMax: Int, showsErrors: Bool = false,
        _ body: (ArraySlice<UInt8>) throws(CryptoError) -> Value
    ) throws(CryptoError) -> Value {
        try check()
        let end = ContinuousClock.now + timeLimit
        let (child, descriptor) = try start(showsErrors: showsErrors)
        defer { close(descriptor) }
        var output = [UInt8](repeating: 0, count: bytesMax + 1)
        defer { OPENSSL_cleanse(&output, output.count) }
        let count = read(descriptor, &output, until: end)
        guard let count, count <= bytesMax else {
            stop(child)
            throw count == nil
                ? overTime : Self.failure("it printed more than \(bytesMax) bytes")
        }
        try finish(child, until: end)
        return try body(output.prefix(count))
    }

    // MARK: The process

    private func start(showsErrors: Bool) throws(CryptoError) -> (child: pid_t, output: Int32) {
        let home = getenv("HOME").map { "HOME=" + String(cString: $0) }
        let variables =
            ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C"] + (home.map { [$0] } ?? [])
        let arguments = words.map { strdup($0) } + [nil]
        let environment = variables.map { strdup($0) } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        var child: pid_t = 0
        var output: Int32 = -1
        let code = icds_start_for_output(
            arguments, environment, showsErrors ? 1 : 0, &child, &output)
        guard code == 0 else {
            throw Self.failure("it cannot be started: \(String(cString: strerror(code)))")
        }
        return (child, output)
    }

    /// Reads to the end or until the buffer is full; nil where time ran out.
    private func read(
        _ descriptor: Int32, _ buffer: inout [UInt8], until end: ContinuousClock.Instant
    ) -> Int? {
        var count = 0
        while count < buffer.count {
            var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waited, 1, Self.milliseconds(until: end))
            // Reading now would wait for longer than the time that is left.
            if ready < 0, errno == EINTR, ContinuousClock.now < end { continue }
            guard ready > 0 else { return nil }
            let space = buffer.count - count
            let got = buffer.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, bytes.baseAddress.map { $0 + count }, space)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            count += got
        }
        return count
    }

    /// Waits for its end, which must be a good one.
    private func finish(
        _ child: pid_t, until end: ContinuousClock.Instant
    ) throws(CryptoError) {
        var status: Int32 = 0
        while true {
            let ended = waitpid(child, &status, WNOHANG)
            if ended == child { break }
            guard ended == 0 || errno == EINTR else { throw Self.failure("its end is not known") }
            guard ContinuousClock.now < end else {
                stop(child)
                throw overTime
            }
            // It has closed its output and ends this moment.
            _ = poll(nil, 0, 2)
        }
        guard status & 0x7F == 0 else {
            throw Self.failure("it was ended by signal \(status & 0x7F)")
        }
        let code = status >> 8 & 0xFF
        guard code == 0 else {
            throw Self.failure(
                "it failed with status \(code); what it said is not shown here, but "
                    + "`icds-rpcd check-config` at a terminal shows it")
        }
    }

    private func stop(_ child: pid_t) {
        kill(-child, SIGKILL)
        kill(child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
    }

    private var overTime: CryptoError {
        Self.failure("it was not done within \(timeLimit.components.seconds) s")
    }

    /// For poll(2); 0 once the time is over.
    private static func milliseconds(until end: ContinuousClock.Instant) -> Int32 {
        let left = ContinuousClock.now.duration(to: end).components
        return Int32(
            clamping: max(0, left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000))
    }

    static func failure(_ reason: String) -> CryptoError { .secretCommand(reason: reason) }
}
