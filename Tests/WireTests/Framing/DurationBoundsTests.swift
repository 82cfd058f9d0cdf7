import Contract
import NIOCore
import Testing

@testable import Wire

/// Numbers so large that arithmetic on them would stop the process.
@Suite struct DurationBoundsTests {
    static let extremes: [Duration] = [
        .seconds(Int64.max), .seconds(Int64.min), .seconds(Int64.max) * 4, .seconds(Int64.min) * 4,
        .nanoseconds(Int64.max), .zero, .milliseconds(-1),
    ]

    @Test(arguments: extremes)
    func everyDurationIsBounded(_ duration: Duration) {
        #expect((.zero ... .seconds(3_155_760_000)).contains(duration.bounded))
        #expect((0...3_155_760_000_000).contains(duration.wholeMilliseconds))
        #expect(Duration.milliseconds(1_500).wholeMilliseconds == 1_500)
    }

    @Test func timeoutOnTheWireIsRoundedUpAndNeverNothing() {
        let cases: [(TimeAmount, UInt32)] = [
            (.nanoseconds(.max), .max), (.nanoseconds(.min), 1), (.zero, 1), (.nanoseconds(1), 1),
            (.milliseconds(2), 2), (.nanoseconds(2_000_001), 3),
        ]
        for (time, expected) in cases {
            #expect(ClientConnection.timeoutMilliseconds(time) == expected)
        }
    }

    @Test(arguments: extremes)
    func callsAndPingsTakeAnyTimeout(_ timeout: Duration) async throws {
        try await TestServer.run { server in
            var configuration = try server.clientConfiguration()
            configuration.keepaliveInterval = max(.seconds(10), timeout)
            configuration.keepaliveTimeout = timeout
            configuration.connectTimeout = max(.seconds(10), timeout)
            configuration.callTimeout = timeout
            let client = try await RPCClient.connect(configuration)
            let options = CallOptions(timeout: timeout)
            let isLong = timeout > .seconds(60)
            let answer = try? await EchoServiceClient(client).echo(
                .with { $0.text = "a" }, options: options)
            #expect(!isLong || answer?.text == "a")
            let ping = try? await client.ping(timeout: timeout)
            #expect(!isLong || ping != nil)
            await client.close()
        }
    }

    @Test(arguments: extremes)
    func channelTakesAnyDuration(_ duration: Duration) async throws {
        try await TestServer.run { server in
            var configuration = ChannelConfiguration(try server.clientConfiguration())
            configuration.endpoints[0].connectTimeout = max(.seconds(10), duration)
            configuration.endpoints = Array(repeating: configuration.endpoints[0], count: 20)
            configuration.idleTimeout = duration
            configuration.backoff.initial = duration
            configuration.retry.backoff.max = duration
            let channel = RPCChannel(configuration)
            try await channel.connect()
            let options = CallOptions(timeout: max(.seconds(60), duration))
            let answer: EchoResponse = try await channel.call(
                EchoServiceMethods.echo, EchoMessages.request("a"), options: options)
            #expect(answer.text == "a")
            await channel.close()
        }
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan, 1e300, -1e300, 0])
    func backoffTakesAnyFactor(_ factor: Double) {
        var policy = BackoffPolicy()
        policy.multiplier = factor
        policy.jitter = factor
        for duration in Self.extremes {
            policy.initial = duration
            policy.max = duration
            for failures in [0, 1, 5, 1_000] {
                for random in [0.0, 1] {
                    let delay = policy.delay(failures: failures, random: random)
                    #expect((.zero ... .longest * 2).contains(delay))
                }
            }
        }
    }

    @Test func serverTakesAnyLimitOfTime() async throws {
        var limits = Limits.default
        limits.ageMillisecondsMax = .max
        limits.idleMillisecondsMax = .max
        limits.helloMillisecondsMax = .max
        limits.keepaliveMilliseconds = .max
        limits.keepaliveTimeoutMilliseconds = .max
        limits.timeoutMillisecondsDefault = .max
        limits.timeoutMillisecondsMax = .max
        limits.drainMillisecondsMax = .max
        limits.frameMillisecondsMax = .max
        limits.frameGapMillisecondsMax = .max
        limits.writeStallMillisecondsMax = .max
        let handler: TestServer.Handler = { _, context in
            let deadline = try #require(context.deadline)
            return .with { $0.text = deadline > .now ? "later" : "past" }
        }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            for (id, timeout) in [(UInt32(1), UInt32(0)), (2, .max)] {
                try await peer.open(id, EchoServiceMethods.echo, end: true, timeout: timeout)
                let end = await peer.nextEnd()
                #expect(try EchoResponse(decoding: end?.payload ?? []).text == "later")
            }
            await peer.close()
            await server.server.drain(within: .seconds(Int64.max) * 4)
        }
    }
}
