import ArgumentParser
import Foundation
import Rehearsal

/// The demonstration: the main job from end to end, through the daemon, over mutual TLS.
@main
enum Main {
    static func main() async {
        let options = Options.parseOrExit()
        let task = Task { await run(options) }
        let interruptions = Interruptions(cancelling: task)
        let status = await task.value
        interruptions.stop()
        exit(status)
    }

    /// Returns the exit status: 0 where everything came out as it must, 130 where it was interrupted,
    /// else 1. The daemon has ended when this returns.
    private static func run(_ options: Options) async -> Int32 {
        let journal = Journal(write: Console.write)
        do {
            let stage = try Stage(options: options)
            return await play(on: stage, journal)
        } catch {
            Console.writeError("\nicds-demo: \(error)\n")
            return 1
        }
    }

    private static func play(on stage: Stage, _ journal: Journal) async -> Int32 {
        var failure: (any Error)?
        do {
            try await stage.play(journal)
        } catch {
            failure = error
        }
        journal.line("\nThe daemon is asked to end.")
        let log = { "The last lines of the daemon's log:\n" + stage.daemon.logTail() }
        let status = await stage.daemon.stop()
        if Task.isCancelled {
            Console.writeError("\nicds-demo: interrupted; the daemon has ended\n")
            return 130
        }
        if let failure {
            Console.writeError("\nicds-demo: \(failure)\n\(log())")
            return 1
        }
        guard status == 0 else {
            Console.writeError("\nicds-demo: the daemon ended with status \(status)\n\(log())")
            return 1
        }
        journal.line(
            "\(journal.callCount) calls made: \(journal.permittedCount) permitted, "
                + "\(journal.refusedCount) refused, all as they must be.")
        return 0
    }
}
