public import CoreMetrics
import Synchronization

/// Keeps the values of a fixed list of metrics and writes them in Prometheus's text format.
///
/// It is a backend of swift-metrics: events come through `Counter`, `Gauge`, `Meter` and `Timer`. What is
/// counted elsewhere anyhow is read when somebody asks (`sample`). A name that is not in the list goes
/// nowhere, and a family has at most `seriesMax` series, so that nothing grows for ever.
public final class MetricsRegistry: MetricsFactory {
    /// Series of one family: some 60 methods with 17 codes fit. One more is counted with the others
    /// as "other".
    public static let seriesMax = 2_048

    enum Series {
        case counter(CounterSeries)
        case gauge(GaugeSeries)
        case histogram(HistogramSeries)
    }

    private struct State {
        /// By family, then by the values of the labels.
        var series: [String: [[String]: Series]] = [:]
        var samplers: [String: @Sendable () -> [MetricSample]] = [:]
    }

    private let families: [MetricFamily]
    private let byName: [String: MetricFamily]
    private let state = Mutex(State())

    /// - Parameter families: every metric that there is, in the order in which they are written.
    public init(families: [MetricFamily]) {
        self.families = families
        byName = Dictionary(families.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads a family with `read` whenever the metrics are asked for. It must not wait.
    public func sample(_ name: String, _ read: @escaping @Sendable () -> [MetricSample]) {
        state.withLock { $0.samplers[name] = read }
    }

    /// All metrics in the text format, version 0.0.4.
    public func text() -> String {
        let (series, samplers) = state.withLock { ($0.series, $0.samplers) }
        var text = PrometheusText()
        for family in families {
            let events = (series[family.name] ?? [:]).sorted {
                $0.key.lexicographicallyPrecedes($1.key)
            }
            text.begin(family)
            for (labels, series) in events { text.add(series, labels, family) }
            for sample in samplers[family.name]?() ?? [] {
                text.add(sample.value, sample.labels, family)
            }
        }
        return text.finished
    }

    // MARK: swift-metrics

    public func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        let found = series(label, dimensions, of: .counter) { .counter(CounterSeries()) }
        if case .counter(let counter) = found { return counter }
        return NOOPMetricsHandler.instance
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let found = series(label, dimensions, of: .gauge) { .gauge(GaugeSeries()) }
        if case .gauge(let gauge) = found { return gauge }
        return NOOPMetricsHandler.instance
    }

    public func makeMeter(
        label: String, dimensions: [(String, String)]
    ) -> any MeterHandler {
        let found = series(label, dimensions, of: .gauge) { .gauge(GaugeSeries()) }
        if case .gauge(let gauge) = found { return gauge }
        return NOOPMetricsHandler.instance
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let found = series(label, dimensions, of: .histogram) { .histogram(HistogramSeries()) }
        if case .histogram(let histogram) = found { return histogram }
        return NOOPMetricsHandler.instance
    }

    // A series stays for as long as the process: what was counted must not be forgotten.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// The series of these labels; nil for a name of another kind or of none.
    private func series(
        _ name: String, _ dimensions: [(String, String)], of kind: MetricFamily.Kind,
        make: () -> Series
    ) -> Series? {
        guard let family = byName[name], family.kind == kind else { return nil }
        let labels = family.labels.map { label in
            dimensions.first { $0.0 == label }?.1 ?? ""
        }
        return state.withLock { state in
            var known = state.series[name] ?? [:]
            var key = labels
            if known[key] == nil, known.count >= Self.seriesMax {
                key = labels.map { _ in "other" }
            }
            if let found = known[key] { return found }
            let new = make()
            known[key] = new
            state.series[name] = known
            return new
        }
    }
}
