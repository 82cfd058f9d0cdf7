import Tenancy
import Wire

extension Timestamp {
    init(_ moment: SQLTimestamp) {
        self.init(seconds: moment.seconds, nanos: moment.nanoseconds)
    }
}
