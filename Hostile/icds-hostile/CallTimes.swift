import Contract
import Wire

/// How long calls took, and how many went wrong.
struct CallTimes: Sendable {
    private var microseconds: [Double] = []
    private var failures: [String: Int] = [:]

    /// Makes a call every `interval`. A call that takes longer than that stands for those that
    /// could not be made meanwhile: they would have waited for the rest of its time.
    static func steady(
        _ client: RPCClient, every interval: Duration, until end: ContinuousClock.Instant
    ) async -> CallTimes {
        let echo = EchoServiceClient(client)
        let request = EchoRequest.with {
            $0.text = "a text of some length"
            $0.payload = [UInt8](repeating: 7, count: 180)
        }
        var times = CallTimes()
        var next = ContinuousClock.now
        while next < end {
            try? await Task.sleep(until: next)
            let start = ContinuousClock.now
            do {
                _ = try await echo.echo(request)
                times.add(start.duration(to: .now), interval)
            } catch {
                times.failures[(error as? RPCStatus)?.reason ?? "OTHER", default: 0] += 1
            }
            next = max(next + interval, .now)
        }
        return times
    }

    mutating func add(_ other: CallTimes) {
        microseconds += other.microseconds
        failures.merge(other.failures) { $0 + $1 }
    }

    /// For the line of JSON: every time, so that those of several rounds can be taken together.
    var members: [String: LineValue] {
        ["times_us": .numbers(microseconds.map { Int($0) }), "failures": .object(failures)]
    }

    private mutating func add(_ took: Duration, _ interval: Duration) {
        var left = took
        while left > .zero {
            microseconds.append(left / .microseconds(1))
            left -= interval
        }
    }
}
