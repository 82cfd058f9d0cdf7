import Synchronization

/// What became of an attack's connections and bytes; shared by its threads.
public final class Tally: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    public init() {}

    /// Counts an event. The names are few: fates, reasons of GoAway, kinds of bytes.
    public func count(_ name: String, _ number: Int = 1) {
        counts.withLock { $0[name, default: 0] += number }
    }

    /// Everything counted so far.
    public var snapshot: [String: Int] { counts.withLock { $0 } }
}
