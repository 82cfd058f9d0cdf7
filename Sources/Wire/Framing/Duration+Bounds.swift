extension Duration {
    /// Longer than anything that is waited for, and short enough that any clock can add it to its
    /// time: a hundred years.
    static let longest = Duration.seconds(3_155_760_000)

    /// The same within zero and a hundred years. A caller may give any duration, and most arithmetic
    /// on the largest ones stops the process.
    var bounded: Duration { min(max(self, .zero), .longest) }

    /// Whole milliseconds, rounded down; those of `longest` at the most, and not less than zero.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = bounded.components
        return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
