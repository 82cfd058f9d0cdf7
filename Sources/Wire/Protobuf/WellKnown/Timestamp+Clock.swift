import CProtobufC

extension Timestamp {
    /// The moment by the machine's clock, to the microsecond.
    public static func now() -> Timestamp {
        let (seconds, microseconds) = icds_wall_clock_microseconds()
            .quotientAndRemainder(dividingBy: 1_000_000)
        return Timestamp(seconds: seconds, nanos: Int32(microseconds) * 1_000)
    }
}
