import Tenancy
import Wire

extension Timestamp {
    init(_ moment: SQLTimestamp) {
        self.init(seconds: moment.seconds, nanos: moment.nanoseconds)
    }
}

extension SQLTimestamp {
    /// - Parameter moment: a valid one; it is cut to whole microseconds.
    init(_ moment: Timestamp) {
        self.init(microsecondsSinceEpoch: moment.seconds * 1_000_000 + Int64(moment.nanos) / 1_000)
    }
}
