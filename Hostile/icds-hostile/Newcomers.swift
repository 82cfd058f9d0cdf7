import Contract
import Wire

/// A client that connects, makes a call and leaves, again and again: the attack must not keep
/// everybody else out.
struct Newcomers: Sendable {
    private var milliseconds: [Double] = []
    private var failures: [String: Int] = [:]

    static func run(
        _ settings: ClientConfiguration, until end: ContinuousClock.Instant
    ) async -> Newcomers {
        var found = Newcomers()
        repeat {
            let start = ContinuousClock.now
            do {
                let client = try await RPCClient.connect(settings)
                _ = try await EchoServiceClient(client).echo(EchoRequest())
                found.milliseconds.append(start.duration(to: .now) / .milliseconds(1))
                await client.close()
            } catch {
                found.failures[(error as? RPCStatus)?.reason ?? "OTHER", default: 0] += 1
            }
            try? await Task.sleep(for: .milliseconds(200))
        } while ContinuousClock.now < end
        return found
    }

    /// For the line of JSON.
    var members: [String: LineValue] {
        [
            "newcomers": .number(Double(milliseconds.count)),
            "newcomer_failures": .object(failures),
            "newcomer_max_ms": .number(milliseconds.max() ?? 0),
        ]
    }
}
