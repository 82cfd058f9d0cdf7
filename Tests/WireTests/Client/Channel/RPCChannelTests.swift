import Contract
import Testing

@testable import Wire

/// A channel and servers that go away, come back, drain, refuse and break off, over sockets.
@Suite struct RPCChannelTests {
    /// Runs `body` with a channel to a server that the test plays.
    private func run(
        _ configure: (inout ChannelConfiguration) -> Void = { _ in },
        _ body: (ScriptedServer, RPCChannel) async throws -> Void
    ) async throws {
        let server = try await ScriptedServer.start()
        let channel = RPCChannel(try configuration(server, configure))
        do {
            try await body(server, channel)
        } catch {
            await channel.close()
            await server.stop()
            throw error
        }
        await channel.close()
        await server.stop()
    }

    private func configuration(
        _ server: ScriptedServer, _ configure: (inout ChannelConfiguration) -> Void = { _ in }
    ) throws -> ChannelConfiguration {
        var configuration = ChannelConfiguration(try server.clientConfiguration())
        // A test has no time to wait.
        configuration.backoff.initial = .milliseconds(1)
        configuration.retry.backoff.initial = .milliseconds(1)
        configure(&configuration)
        return configuration
    }

    private func echo(
        _ channel: RPCChannel, _ text: String = "", isIdempotent: Bool = false,
        options: CallOptions = CallOptions()
    ) -> Task<String, any Error> {
        Task {
            let response: EchoResponse = try await channel.call(
                EchoMessages.method(.unary, isIdempotent: isIdempotent),
                EchoMessages.request(text), options: options)
            return response.text
        }
    }

    private func answer(_ call: Call) throws -> Frame.Kind {
        try .end(
            call.callID, payload: EchoMessages.encoded(EchoRequest(decoding: call.payload).text))
    }

    private func status(_ task: Task<String, any Error>) async -> RPCStatus? {
        do {
            _ = try await task.value
            return nil
        } catch {
            return error as? RPCStatus
        }
    }

    // MARK: Connecting

    @Test func connectsWithTheFirstCallAndKeepsTheConnection() async throws {
        try await run { server, channel in
            #expect(channel.connectionCount == 0)
            let first = echo(channel, "a")
            let connection = try await server.accept()
            try await connection.send(answer(try await connection.nextCall()))
            #expect(try await first.value == "a")
            let second = echo(channel, "b")
            try await connection.send(answer(try await connection.nextCall()))
            #expect(try await second.value == "b")
            #expect(channel.connectionCount == 1)
        }
    }

    @Test func connectSaysWhoWeAre() async throws {
        try await run { server, channel in
            async let admission = channel.connect()
            _ = try await server.accept()
            #expect(try await admission.admittedAs == "urn:icds:municipality:837:casework")
        }
    }

    @Test func withoutAServerCallsFailAtOnceWithTheReason() async throws {
        try await run { server, channel in
            await server.stop()
            let failure = await status(echo(channel, isIdempotent: true))
            #expect(failure?.reason == "CONNECT_FAILED")
            #expect(failure?.message.hasSuffix("nothing listens there") == true)
            do {
                try await channel.connect()
                Issue.record("connected")
            } catch {
                #expect((error as? RPCStatus)?.reason == "CONNECT_FAILED")
            }
        }
    }

    @Test func callThatWaitsForAServerGetsOne() async throws {
        try await run { server, channel in
            await server.stop()
            let call = echo(channel, "late", options: CallOptions(waitForReady: true))
            #expect(await status(echo(channel))?.reason == "CONNECT_FAILED")
            let again = try await ScriptedServer.start(port: server.port)
            let connection = try await again.accept()
            try await connection.send(answer(try await connection.nextCall()))
            #expect(try await call.value == "late")
            await again.stop()
        }
    }

    @Test func waitForAServerEndsWithTheCallsTime() async throws {
        try await run { server, channel in
            await server.stop()
            let options = CallOptions(timeout: .milliseconds(30), waitForReady: true)
            let failure = await status(echo(channel, options: options))
            #expect(failure?.reason == "DEADLINE_EXCEEDED")
            #expect(failure?.message.hasSuffix("nothing listens there") == true)
        }
    }

    @Test func waitForAServerEndsWhenItsTaskIsCancelled() async throws {
        try await run { server, channel in
            await server.stop()
            let call = echo(channel, options: CallOptions(waitForReady: true))
            #expect(await status(echo(channel))?.reason == "CONNECT_FAILED")
            call.cancel()
            #expect(await status(call)?.code == .cancelled)
        }
    }

    @Test func nextEndpointIsTriedWhereTheFirstIsDown() async throws {
        let down = try await ScriptedServer.start()
        await down.stop()
        try await run {
            if let endpoint = try? down.clientConfiguration() {
                $0.endpoints.insert(endpoint, at: 0)
            }
        } _: { server, channel in
            #expect(channel.configuration.endpoints.map(\.port) == [down.port, server.port])
            let call = echo(channel, "second")
            let connection = try await server.accept()
            try await connection.send(answer(try await connection.nextCall()))
            #expect(try await call.value == "second")
        }
    }

    @Test func anotherConnectionIsOpenedWhenTheFirstIsFull() async throws {
        try await run {
            $0.connectionsMax = 2
        } _: { server, channel in
            let one = ConnectionLimits.with { $0.openCallsMax = 1 }
            let calls = ["a", "b", "c"].map { echo(channel, $0) }
            let first = try await server.accept(limits: one)
            let second = try await server.accept(limits: one)
            let waitsAtFirst = try await first.nextCall()
            let waitsAtSecond = try await second.nextCall()
            #expect(channel.connectionCount == 2)
            // The third call goes where there is room again.
            try await second.send(answer(waitsAtSecond))
            try await second.send(answer(try await second.nextCall()))
            try await first.send(answer(waitsAtFirst))
            var texts: Set<String> = []
            for call in calls { texts.insert(try await call.value) }
            #expect(texts == ["a", "b", "c"])
        }
    }

    @Test func idleExtraConnectionIsClosed() async throws {
        try await run {
            $0.idleTimeout = .milliseconds(1)
        } _: { server, channel in
            let one = ConnectionLimits.with { $0.openCallsMax = 1 }
            let calls = ["a", "b"].map { echo(channel, $0) }
            let first = try await server.accept(limits: one)
            let second = try await server.accept(limits: one)
            let waiting = try await first.nextCall()
            try await second.send(answer(try await second.nextCall()))
            await second.closedByClient()
            try await first.send(answer(waiting))
            for call in calls { _ = try await call.value }
            #expect(channel.connectionCount == 1)
        }
    }

    // MARK: Servers that leave

    @Test func goAwayMovesToANewConnectionAndFailsNoCall() async throws {
        try await run { server, channel in
            let taken = echo(channel, "taken")
            let old = try await server.accept()
            let takenCall = try await old.nextCall()
            let late = echo(channel, "late")
            _ = try await old.nextCall()
            // The second call is above the last that will be answered: it never started.
            try await old.send(.goAway(.max), .goAway(takenCall.callID))
            let new = try await server.accept()
            try await new.send(answer(try await new.nextCall()))
            #expect(try await late.value == "late")
            try await old.send(answer(takenCall))
            #expect(try await taken.value == "taken")
            await old.closedByClient()
        }
    }

    @Test func callsGoToTheNewConnectionFromTheFirstGoAwayOn() async throws {
        try await run { server, channel in
            let taken = echo(channel, "taken")
            let old = try await server.accept()
            let takenCall = try await old.nextCall()
            try await old.send(.goAway(.max), .ping(.with { $0.opaque = 1 }))
            guard case .pong = try await old.next() else {
                Issue.record("no Pong")
                return
            }
            let next = echo(channel, "next")
            let new = try await server.accept()
            try await new.send(answer(try await new.nextCall()))
            #expect(try await next.value == "next")
            try await old.send(.goAway(takenCall.callID), answer(takenCall))
            #expect(try await taken.value == "taken")
        }
    }

    @Test func callThatWasOnItsWayFailsUnlessItIsIdempotent() async throws {
        try await run { server, channel in
            let once = echo(channel, "once")
            let old = try await server.accept()
            _ = try await old.nextCall()
            let again = echo(channel, "again", isIdempotent: true)
            #expect(try await old.nextCall().metadata.isEmpty)
            await old.close()
            #expect(await status(once)?.reason == "CONNECTION_LOST")
            let new = try await server.accept()
            let repeated = try await new.nextCall()
            #expect(repeated.metadata.map(\.key) == ["icds-previous-attempts"])
            #expect(repeated.metadata.map(\.value) == [[0x31]])
            try await new.send(answer(repeated))
            #expect(try await again.value == "again")
        }
    }

    @Test func goAwayWithAnErrorProvesThatLaterCallsNeverStarted() async throws {
        try await run { server, channel in
            let first = echo(channel, "first")
            let old = try await server.accept()
            _ = try await old.nextCall()
            let second = echo(channel, "second")
            _ = try await old.nextCall()
            try await old.send(.goAway(1, .unauthenticated, "ADMISSION_WITHDRAWN"))
            #expect(await status(first)?.reason == "ADMISSION_WITHDRAWN")
            let new = try await server.accept()
            try await new.send(answer(try await new.nextCall()))
            #expect(try await second.value == "second")
        }
    }

    @Test func serverThatNeverTakesACallIsGivenUp() async throws {
        try await run { server, channel in
            let call = echo(channel)
            for _ in 0...CallRetry.neverStartedMax {
                let connection = try await server.accept()
                _ = try await connection.nextCall()
                try await connection.send(.goAway(0))
            }
            #expect(await status(call)?.reason == "NOT_PROCESSED")
        }
    }

    // MARK: Refusals

    @Test func busyServerIsAskedAgainWhenItSays() async throws {
        try await run { server, channel in
            let call = echo(channel, "x")
            let connection = try await server.accept()
            let busy = LibraryReason.serverBusy.status("busy", retryAfterMilliseconds: 3)
            for count in 0..<3 {
                let attempt = try await connection.nextCall()
                #expect(attempt.metadata.count == min(count, 1))
                try await connection.send(.end(attempt.callID, busy))
            }
            try await connection.send(answer(try await connection.nextCall()))
            #expect(try await call.value == "x")
        }
    }

    @Test func failureOfTheServiceIsNotTriedAgain() async throws {
        try await run { server, channel in
            let call = echo(channel, isIdempotent: true)
            let connection = try await server.accept()
            let attempt = try await connection.nextCall()
            try await connection.send(.end(attempt.callID, RPCStatus(.notFound, "NONE", "")))
            #expect(await status(call)?.reason == "NONE")
        }
    }

    @Test func attemptsEndWithTheCallsTime() async throws {
        try await run { server, channel in
            let options = CallOptions(timeout: .seconds(5))
            let call = echo(channel, isIdempotent: true, options: options)
            let connection = try await server.accept()
            let attempt = try await connection.nextCall()
            #expect(attempt.timeoutMilliseconds <= 5_000)
            let later = RPCStatus(.unavailable, "LATER", "", retryAfterMilliseconds: 60_000)
            try await connection.send(.end(attempt.callID, later))
            #expect(await status(call)?.reason == "LATER")
        }
    }

    // MARK: Streams

    @Test func streamIsMadeAgainUntilItsFirstAnswerAndNotAfter() async throws {
        try await run { server, channel in
            let method = EchoMessages.method(.serverStream, isIdempotent: true)
            async let opened: ResponseStream<EchoResponse> = channel.serverStream(
                method, EchoRequest(), options: CallOptions())
            let connection = try await server.accept()
            let down = RPCStatus(.unavailable, "DATABASE_UNAVAILABLE", "")
            let first = try await connection.nextCall()
            try await connection.send(.end(first.callID, down))
            let second = try await connection.nextCall()
            try await connection.send(.answer(second.callID, "a"), .end(second.callID, down))
            let stream = try await opened
            #expect(try await stream.next()?.text == "a")
            do {
                _ = try await stream.next()
                Issue.record("no failure")
            } catch {
                #expect((error as? RPCStatus)?.reason == "DATABASE_UNAVAILABLE")
            }
        }
    }

    @Test func openStreamCountsAsACallUntilItsEnd() async throws {
        try await run {
            $0.connectionsMax = 1
        } _: { server, channel in
            let one = ConnectionLimits.with { $0.openCallsMax = 1 }
            async let opened: BidirectionalCall<EchoRequest, EchoResponse> = channel.bidirectional(
                EchoMessages.method(.bidirectional), options: CallOptions())
            let connection = try await server.accept(limits: one)
            let stream = try await connection.nextCall()
            let call = try await opened
            let unary = echo(channel, "after")
            call.cancel()
            guard case .cancel = try await connection.next() else {
                Issue.record("no Cancel")
                return
            }
            let cancelled = LibraryReason.cancelled.status("")
            try await connection.send(.end(stream.callID, cancelled))
            try await connection.send(answer(try await connection.nextCall()))
            #expect(try await unary.value == "after")
        }
    }

    @Test func clientStreamGoesThroughTheChannel() async throws {
        try await run { server, channel in
            let sum = Task { () -> EchoResponse in
                try await channel.clientStream(
                    EchoMessages.method(.clientStream), options: CallOptions()
                ) { (writer: RequestWriter<EchoRequest>) in
                    try await writer.send(EchoMessages.request("a"))
                }
            }
            let connection = try await server.accept()
            let call = try await connection.nextCall()
            while case .message(let message) = try await connection.next() {
                if message.endOfStream { break }
            }
            try await connection.send(.end(call.callID, payload: EchoMessages.encoded("sum")))
            #expect(try await sum.value.text == "sum")
        }
    }

    // MARK: Closing

    @Test func closedChannelFailsCallsInFlightAndLaterOnes() async throws {
        try await run { server, channel in
            let call = echo(channel, isIdempotent: true)
            let connection = try await server.accept()
            _ = try await connection.nextCall()
            await channel.close()
            #expect(await status(call)?.reason == "CONNECTION_CLOSED")
            #expect(await status(echo(channel, isIdempotent: true))?.reason == "CONNECTION_CLOSED")
            await connection.closedByClient()
        }
    }
}
