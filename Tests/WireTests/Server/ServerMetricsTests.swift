import Contract
import CoreMetrics
import Synchronization
import Testing

@testable import Wire

/// What a server tells swift-metrics.
@Suite struct ServerMetricsTests {
    @Test func callsAreCountedByMethodAndCode() async throws {
        let metrics = RecordedMetrics()
        let handler: TestServer.Handler = { request, _ in
            if request.text == "fail" { throw RPCStatus(.notFound, "NONE", "") }
            return .with { $0.text = request.text }
        }
        try await TestServer.run(metrics: metrics, handler: handler) { server in
            let client = try await server.connect(uri: "urn:icds:county:08:ehr")
            let echo = EchoServiceClient(client)
            for _ in 0..<3 { _ = try await echo.echo(.init()) }
            _ = try? await echo.echo(.with { $0.text = "fail" })
            _ = try? await client.callRaw(method: "icds.testing.v1.EchoService/No", payload: [])
            // Malformed: the method is known, and no handler was started.
            _ = try? await client.callRaw(
                method: EchoServiceMethods.echo.fullName, payload: [0x0A])
        }
        let name = EchoServiceMethods.echo.fullName
        #expect(metrics.count("icds_calls_total", name, "OK") == 3)
        #expect(metrics.count("icds_calls_total", name, "NOT_FOUND") == 1)
        #expect(metrics.count("icds_calls_total", name, "INTERNAL") == 1)
        #expect(metrics.count("icds_calls_total", "unknown", "UNIMPLEMENTED") == 1)
        // What was refused before its handler has no latency.
        #expect(metrics.count("icds_call_seconds", name) == 4)
        #expect(metrics.count("icds_handshakes_total", "ok") == 1)
    }

    @Test func handshakesThatFailAreCountedByReason() async throws {
        let metrics = RecordedMetrics()
        try await TestServer.run(metrics: metrics) { server in
            let silent = try await SilentPeer.connect(port: server.port)
            while server.server.statistics.openConnections < 1 { await Task.yield() }
            await silent.close()
            while server.server.statistics.handshakesFailed < 1 { await Task.yield() }
        }
        #expect(metrics.count("icds_handshakes_total", "closedInHandshake") == 1)
        #expect(metrics.count("icds_handshakes_total", "ok") == 0)
    }
}

/// Remembers how often each series was told something.
final class RecordedMetrics: MetricsFactory {
    private final class Series: CounterHandler, RecorderHandler, TimerHandler {
        let events = Atomic(0)
        func increment(by amount: Int64) { events.add(Int(amount), ordering: .relaxed) }
        func reset() {}
        func record(_ value: Int64) { events.add(1, ordering: .relaxed) }
        func record(_ value: Double) { events.add(1, ordering: .relaxed) }
        func recordNanoseconds(_ duration: Int64) { events.add(1, ordering: .relaxed) }
    }

    private let series = Mutex<[[String]: Series]>([:])

    /// Events of a series by its name and the values of its labels.
    func count(_ name: String, _ labels: String...) -> Int {
        series.withLock { $0[[name] + labels] }?.events.load(ordering: .relaxed) ?? 0
    }

    private func find(_ label: String, _ dimensions: [(String, String)]) -> Series {
        series.withLock { series in
            let key = [label] + dimensions.map(\.1)
            if let found = series[key] { return found }
            let new = Series()
            series[key] = new
            return new
        }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        find(label, dimensions)
    }

    func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        find(label, dimensions)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        find(label, dimensions)
    }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
