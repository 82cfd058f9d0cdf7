import Dispatch
import Foundation

/// Ctrl-C and SIGTERM cancel a task, however often they come: it ends what it has begun first.
package final class Interruptions {
    private let sources: [any DispatchSourceSignal]

    package init<Success>(cancelling task: Task<Success, Never>) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(
                signal: number, queue: DispatchQueue(label: "icds.interruptions"))
            source.setEventHandler { @Sendable in task.cancel() }
            source.resume()
            return source
        }
    }

    package func stop() {
        for source in sources { source.cancel() }
    }
}
