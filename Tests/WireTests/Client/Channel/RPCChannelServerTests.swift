import Contract
import Testing

@testable import Wire

/// A channel and real servers: no call fails because a server ages, drains or is full, although the
/// method may not be called twice.
@Suite struct RPCChannelServerTests {
    private func channel(
        _ servers: [TestServer], _ configure: (inout ChannelConfiguration) -> Void = { _ in }
    ) throws -> RPCChannel {
        var configuration = ChannelConfiguration(
            endpoints: try servers.map { try $0.clientConfiguration() })
        configuration.backoff.initial = .milliseconds(1)
        configuration.retry.backoff.initial = .milliseconds(1)
        configure(&configuration)
        return RPCChannel(configuration)
    }

    /// Makes calls in a few tasks, and returns how many were answered as they should be.
    private func echo(_ channel: RPCChannel, tasks: Int, calls: Int) async throws -> Int {
        let method = EchoServiceMethods.echo
        // What is tried here is the call that must not be made twice.
        let once = MethodDescriptor(
            service: method.service, name: method.name, kind: .unary, callers: method.callers,
            isAudited: false, isIdempotent: false, hasNoSideEffects: false,
            requestType: method.requestType, responseType: method.responseType)
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var answered = 0
                    for call in 0..<calls {
                        let text = "\(task)/\(call)"
                        let answer: EchoResponse = try await channel.call(
                            once, EchoRequest.with { $0.text = text })
                        if answer.text == text { answered += 1 }
                    }
                    return answered
                }
            }
            return try await group.reduce(0, +)
        }
    }

    @Test func connectionsThatAgeFailNoCall() async throws {
        var limits = Limits.default
        limits.ageMillisecondsMax = 20
        try await TestServer.run(limits: limits) { server in
            let channel = try channel([server])
            #expect(try await echo(channel, tasks: 4, calls: 100) == 400)
            #expect(server.server.statistics.connectionsAccepted > 1)
            await channel.close()
        }
    }

    @Test func callsMoveToTheNextServerWhenOneDrains() async throws {
        try await TestServer.run { first in
            try await TestServer.run { second in
                let channel = try channel([first, second])
                #expect(try await echo(channel, tasks: 1, calls: 1) == 1)
                async let answered = echo(channel, tasks: 4, calls: 100)
                await first.server.drain(within: .seconds(10))
                #expect(try await answered == 400)
                #expect(try await echo(channel, tasks: 1, calls: 1) == 1)
                #expect(second.server.statistics.callsReceived > 0)
                await channel.close()
            }
        }
    }

    @Test func fullConnectionsShareTheCalls() async throws {
        var limits = Limits.default
        limits.openCallsMax = 2
        try await TestServer.run(limits: limits) { server in
            let channel = try channel([server]) { $0.connectionsMax = 3 }
            #expect(try await echo(channel, tasks: 16, calls: 20) == 320)
            #expect(server.server.statistics.connectionsAccepted <= 3)
            await channel.close()
        }
    }

    @Test func busyServerIsAskedUntilItHasRoom() async throws {
        var limits = Limits.default
        limits.serverHandlersMax = 1
        let started = Latch()
        let release = Latch()
        let handler: TestServer.Handler = { request, _ in
            if request.text == "hold" {
                started.open()
                await release.wait()
            }
            return .with { $0.text = request.text }
        }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let channel = try channel([server])
            let holder = Task { () -> EchoResponse in
                try await channel.call(
                    EchoServiceMethods.echo, EchoRequest.with { $0.text = "hold" })
            }
            await started.wait()
            let waiting = Task { try await echo(channel, tasks: 1, calls: 1) }
            // Refused once at least, then let in.
            while server.server.statistics.callsReceived < 2 { await Task.yield() }
            release.open()
            #expect(try await holder.value.text == "hold")
            #expect(try await waiting.value == 1)
            await channel.close()
        }
    }
}
