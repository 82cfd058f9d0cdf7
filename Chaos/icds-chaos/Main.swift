import ArgumentParser
import ChaosHarness
import Foundation
import Rehearsal

@main
enum Main {
    /// Findings that are printed one by one.
    private static let findingsMax = 40

    static func main() async {
        let command = ChaosCommand.parseOrExit()
        let task = Task { await run(command.options) }
        let interruptions = Interruptions(cancelling: task)
        let status = await task.value
        interruptions.stop()
        exit(status)
    }

    /// Returns the exit status.
    private static func run(_ options: ChaosOptions) async -> Int32 {
        let start = ContinuousClock.now
        let say: @Sendable (String) -> Void = { line in
            let seconds = Int((ContinuousClock.now - start) / .seconds(1))
            write("\(seconds) s  \(line)\n", to: .standardOutput)
        }
        do {
            let report = try await ChaosRun(options, say: say).run()
            write("\n\(report.text)\n", to: .standardOutput)
            write("\nfailed calls: \(report.statusText)\n", to: .standardOutput)
            for finding in report.findings.prefix(findingsMax) {
                write("VIOLATION  \(finding)\n", to: .standardOutput)
            }
            let seconds = Int(report.duration / .seconds(1))
            let verdict = report.findings.isEmpty ? "everything holds" : "it does not hold"
            write("\(verdict); seed \(report.seed), \(seconds) s\n", to: .standardOutput)
            return report.findings.isEmpty ? 0 : 1
        } catch is CancellationError {
            write("icds-chaos: interrupted\n", to: .standardError)
            return 130
        } catch {
            write("icds-chaos: \(error)\n", to: .standardError)
            return Task.isCancelled ? 130 : 1
        }
    }

    private static func write(_ text: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
