/// One metric with its labels: what stands in HELP and TYPE of Prometheus's text format, version
/// 0.0.4, and what bounds the number of its series.
public struct MetricFamily: Sendable, Equatable {
    public enum Kind: String, Sendable {
        /// Grows until the process ends.
        case counter
        /// Goes up and down.
        case gauge
        /// How many values were at most so large, their count and their sum.
        case histogram
    }

    /// Name with its unit last: "icds_call_seconds".
    public let name: String
    public let kind: Kind
    /// One sentence.
    public let help: String
    /// Names of the labels, in the order in which they are written.
    public let labels: [String]
    /// Series that are 0 are left out: there are many of them, and most stay so.
    public let isSparse: Bool

    public init(
        _ name: String, _ kind: Kind, _ help: String, labels: [String] = [],
        isSparse: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.isSparse = isSparse
    }
}

/// A value of a family that is read when somebody asks for it.
public struct MetricSample: Sendable, Equatable {
    /// Values of the family's labels, in their order.
    public var labels: [String]
    public var value: Double

    public init(_ value: Double, _ labels: String...) {
        self.value = value
        self.labels = labels
    }

    public init(_ value: Int, _ labels: String...) {
        self.value = Double(value)
        self.labels = labels
    }
}
