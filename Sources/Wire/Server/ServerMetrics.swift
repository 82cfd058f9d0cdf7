import CoreMetrics

/// What a server tells swift-metrics: its events, where a reading of its counters would lose them.
/// Levels and totals are in `ServerStatistics`, which costs a call nothing more.
struct ServerMetrics: Sendable {
    private let factory: any MetricsFactory
    private let handshakesCompleted: Counter
    /// Calls of methods that are not there, or that were refused before their method was looked up.
    let unknownMethod: MethodMeter

    init(factory: any MetricsFactory = NOOPMetricsHandler.instance) {
        self.factory = factory
        handshakesCompleted = Counter(
            label: "icds_handshakes_total", dimensions: [("result", "ok")], factory: factory)
        unknownMethod = MethodMeter("unknown", factory: factory)
    }

    /// The meters of a method, made once when the server is made.
    func meter(of method: MethodDescriptor) -> MethodMeter {
        MethodMeter(method.fullName, factory: factory)
    }

    func handshakeCompleted() { handshakesCompleted.increment() }

    /// - Parameter reason: of the fixed list of TLS failures.
    func handshakeFailed(reason: String) {
        Counter(
            label: "icds_handshakes_total", dimensions: [("result", reason)], factory: factory
        ).increment()
    }

    /// - Parameter reason: of the fixed list of refusals.
    func connectionRefused(reason: String) {
        Counter(
            label: "icds_connections_refused_total", dimensions: [("reason", reason)],
            factory: factory
        ).increment()
    }
}

/// The meters of one method: a call looks nothing up and takes no lock.
package final class MethodMeter: Sendable {
    /// By the code's number; gRPC's codes are 0 to 16.
    private let calls: [Counter]
    private let duration: CoreMetrics.Timer

    init(_ method: String, factory: any MetricsFactory) {
        calls = RPCCode.allCases.sorted { $0.rawValue < $1.rawValue }.map { code in
            Counter(
                label: "icds_calls_total", dimensions: [("method", method), ("code", code.name)],
                factory: factory)
        }
        duration = CoreMetrics.Timer(
            label: "icds_call_seconds", dimensions: [("method", method)], factory: factory)
    }

    /// A call that was started has ended.
    func ended(_ code: RPCCode, nanoseconds: Int64) {
        refused(code)
        duration.recordNanoseconds(nanoseconds)
    }

    /// A call was refused before its handler: it has no latency that would say anything.
    func refused(_ code: RPCCode) {
        let index = Int(code.rawValue)
        if index < calls.count { calls[index].increment() }
    }
}
