import ArgumentParser
import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The admin command line. It speaks to the daemon over RPC only.
@main
enum Main {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let task = Task { await run(arguments) }
        let interruption = Interruption { task.cancel() }
        let status = await task.value
        interruption.stop()
        exit(status.rawValue)
    }

    /// Runs one command line to its end. Nothing is thrown: every error becomes text on standard error
    /// and a status.
    static func run(_ arguments: [String]) async -> ExitStatus {
        do {
            var command = try RootCommand.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return .success
        } catch {
            let report = ErrorReport(error)
            if !report.text.isEmpty { report.write() }
            return report.status
        }
    }
}

/// Ctrl-C, and SIGTERM alike: the first asks the command to stop, which cancels its calls; a second
/// ends the program at once.
private final class Interruption {
    private let sources: [any DispatchSourceSignal]

    init(_ onFirst: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(
                signal: number, queue: DispatchQueue(label: "icds.interruption"))
            source.setEventHandler {
                onFirst()
                // From now on the signal has its default effect.
                signal(number, SIG_DFL)
            }
            source.resume()
            return source
        }
    }

    func stop() {
        for source in sources { source.cancel() }
    }
}
