/// Writes metrics as Prometheus reads them: the text-based exposition format, version 0.0.4.
struct PrometheusText {
    private var text = ""

    var finished: String { text }

    /// HELP and TYPE, once for each family.
    mutating func begin(_ family: MetricFamily) {
        text += "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n"
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
    }

    mutating func add(
        _ series: MetricsRegistry.Series, _ labels: [String], _ family: MetricFamily
    ) {
        switch series {
        case .counter(let counter): add(Double(counter.value), labels, family)
        case .gauge(let gauge): add(gauge.value, labels, family)
        case .histogram(let histogram):
            let (counts, sum) = histogram.value
            let total = counts.reduce(0, +)
            if total == 0, family.isSparse { return }
            var below: Int64 = 0
            for (index, bound) in HistogramSeries.boundsNanoseconds.enumerated() {
                below += counts[index]
                line(
                    family.name + "_bucket", family.labels + ["le"],
                    labels + [Self.number(Double(bound) / 1e9)], Double(below))
            }
            line(family.name + "_bucket", family.labels + ["le"], labels + ["+Inf"], Double(total))
            line(family.name + "_sum", family.labels, labels, sum)
            line(family.name + "_count", family.labels, labels, Double(total))
        }
    }

    mutating func add(_ value: Double, _ labels: [String], _ family: MetricFamily) {
        if value == 0, family.isSparse { return }
        line(family.name, family.labels, labels, value)
    }

    private mutating func line(
        _ name: String, _ labels: [String], _ values: [String], _ value: Double
    ) {
        text += name
        if !labels.isEmpty {
            let pairs = zip(labels, values).map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(Self.number(value))\n"
    }

    /// Whole numbers without a point, others as short as they can be read back.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }

    /// Backslashes and line feeds escaped, and in the value of a label quotation marks too.
    static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
