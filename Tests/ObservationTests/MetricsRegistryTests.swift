import CoreMetrics
import Testing

@testable import Observation

@Suite struct MetricsRegistryTests {
    private func registry(_ families: MetricFamily...) -> MetricsRegistry {
        MetricsRegistry(families: families)
    }

    @Test func writesHelpTypeAndEscapedLabels() {
        let registry = registry(
            MetricFamily("a_total", .counter, "One\nline, a \\ and \"quotes\".", labels: ["reason"])
        )
        Counter(label: "a_total", dimensions: [("reason", "say \"no\"\\\n")], factory: registry)
            .increment(by: 3)
        #expect(
            registry.text() == #"""
                # HELP a_total One\nline, a \\ and "quotes".
                # TYPE a_total counter
                a_total{reason="say \"no\"\\\n"} 3

                """#)
    }

    @Test func histogramsAreCumulativeAndEndWithAll() {
        let registry = registry(MetricFamily("t_seconds", .histogram, "T."))
        let timer = CoreMetrics.Timer(label: "t_seconds", dimensions: [], factory: registry)
        for nanoseconds: Int64 in [400_000, 500_000, 500_001, 2_000_000, 60_000_000_000] {
            timer.recordNanoseconds(nanoseconds)
        }
        let lines = registry.text().split(separator: "\n").map(String.init)
        #expect(lines.contains("t_seconds_bucket{le=\"0.0005\"} 2"))
        #expect(lines.contains("t_seconds_bucket{le=\"0.001\"} 3"))
        #expect(lines.contains("t_seconds_bucket{le=\"0.0025\"} 4"))
        #expect(lines.contains("t_seconds_bucket{le=\"30\"} 4"))
        #expect(lines.contains("t_seconds_bucket{le=\"+Inf\"} 5"))
        #expect(lines.contains("t_seconds_count 5"))
        #expect(lines.contains { $0.hasPrefix("t_seconds_sum 60.003400") })
    }

    @Test func gaugesAndMetersSetAndMove() {
        let registry = registry(
            MetricFamily("g", .gauge, "G.", labels: ["pool"]), MetricFamily("m", .gauge, "M."))
        let meter = Meter(label: "m", dimensions: [], factory: registry)
        meter.set(5)
        meter.increment(by: 2.5)
        meter.decrement()
        Gauge(
            label: "g", dimensions: [("pool", "api"), ("else", "x")], aggregate: false,
            factory: registry
        ).record(-1)
        #expect(registry.text().contains("\nm 6.5\n"))
        #expect(registry.text().contains("g{pool=\"api\"} -1\n"))
    }

    @Test func whatIsNotInTheListGoesNowhere() {
        let registry = registry(MetricFamily("known", .gauge, "K."))
        Counter(label: "other", dimensions: [], factory: registry).increment()
        // Of another kind than the list says.
        Counter(label: "known", dimensions: [], factory: registry).increment()
        #expect(registry.text() == "# HELP known K.\n# TYPE known gauge\n")
    }

    @Test func oneSeriesOfManyLabelsStandsForTheRest() {
        let registry = registry(MetricFamily("c_total", .counter, "C.", labels: ["name"]))
        for index in 0..<MetricsRegistry.seriesMax + 3 {
            Counter(label: "c_total", dimensions: [("name", "\(index)")], factory: registry)
                .increment()
        }
        let series = registry.text().split(separator: "\n").filter { $0.hasPrefix("c_total{") }
        #expect(series.count == MetricsRegistry.seriesMax + 1)
        #expect(series.contains("c_total{name=\"other\"} 3"))
    }

    @Test func sparseSeriesAppearWithTheirFirstEvent() {
        let registry = registry(
            MetricFamily("s_total", .counter, "S.", labels: ["code"], isSparse: true))
        let counter = Counter(label: "s_total", dimensions: [("code", "OK")], factory: registry)
        #expect(!registry.text().contains("s_total{"))
        counter.increment()
        #expect(registry.text().contains("s_total{code=\"OK\"} 1"))
    }

    @Test func samplesAreReadWhenAskedFor() {
        let registry = registry(MetricFamily("w", .gauge, "W.", labels: ["pool"]))
        registry.sample("w") { [MetricSample(4, "api"), MetricSample(0.25, "sharing")] }
        #expect(registry.text().contains("w{pool=\"api\"} 4\nw{pool=\"sharing\"} 0.25\n"))
    }

    @Test func eventsOfManyTasksAreAllCounted() async {
        let registry = registry(MetricFamily("n_total", .counter, "N."))
        let counter = Counter(label: "n_total", dimensions: [], factory: registry)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1_000 { counter.increment() } }
            }
        }
        #expect(registry.text().contains("\nn_total 8000\n"))
    }

    @Test func theDaemonsListIsWellFormed() {
        let families = MetricFamily.daemon
        #expect(Set(families.map(\.name)).count == families.count)
        for family in families {
            #expect(family.name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil)
            #expect((family.kind == .counter) == family.name.hasSuffix("_total"), "\(family.name)")
            #expect(family.help.hasSuffix("."))
            // Nothing that tells one organisation, system or person from another.
            #expect(
                Set(family.labels).isSubset(of: [
                    "method", "code", "reason", "result", "pool", "version", "direction",
                ]))
        }
    }
}
