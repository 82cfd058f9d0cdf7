import Contract
import Testing

@testable import Wire

/// Deadlines, cancellation, limits of calls, and connections that come and go.
@Suite struct CallLifeTests {
    private func reason(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? RPCStatus)?.reason
        }
    }

    @Test func deadlineEndsACallWhoseHandlerWaits() async throws {
        let told = Latch()
        let handler: TestServer.Handler = { _, _ in
            try await Latch.untilCancelled(told)
            return EchoResponse()
        }
        try await TestServer.run(handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.send(
                .call(
                    .with {
                        $0.callID = 1
                        $0.method = EchoServiceMethods.echo.fullName
                        $0.timeoutMilliseconds = 60
                        $0.endOfStream = true
                    }))
            let end = await peer.nextEnd()
            #expect(end?.status?.code == RPCCode.deadlineExceeded.rawValue)
            await told.wait()
        }
    }

    @Test func deadlineThatLeavesNoTimeStartsNothing() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            for (id, timeout, reason) in [
                (UInt32(1), Limits.default.usefulMillisecondsMin - 1, "DEADLINE_TOO_SHORT"),
                (2, 60_000, nil),
            ] as [(UInt32, Int, String?)] {
                try await peer.send(
                    .call(
                        .with {
                            $0.callID = id
                            $0.method = EchoServiceMethods.echo.fullName
                            $0.timeoutMilliseconds = UInt32(timeout)
                            $0.endOfStream = true
                        }))
                #expect(await peer.nextEnd()?.status?.reason == reason)
            }
        }
    }

    /// The handler's time is the client's less the reserve, but half of it at least.
    @Test func deadlineIsShavedForTheAnswerToGetBack() async throws {
        let handler: TestServer.Handler = { _, context in
            let left = try #require(context.deadline) - .now
            return .with { $0.text = "\(left.wholeMilliseconds)" }
        }
        var limits = Limits.default
        limits.deadlineReserveMilliseconds = 10_000
        try await TestServer.run(limits: limits, handler: handler) { server in
            let client = try await server.connect()
            for (seconds, range) in [
                (100, 85_000...90_000), (20, 5_000...10_000), (12, 3_000...6_000),
            ] as [(Int, ClosedRange<Int>)] {
                let answer = try await EchoServiceClient(client).echo(
                    EchoRequest(), options: CallOptions(timeout: .seconds(seconds)))
                #expect(range.contains(Int(answer.text) ?? 0), "\(seconds) s: \(answer.text)")
            }
        }
    }

    /// The server answers at the end of the handler's time, not of the client's.
    @Test func shavedDeadlineIsEnforced() async throws {
        let told = Latch()
        let handler: TestServer.Handler = { _, _ in
            try await Latch.untilCancelled(told)
            return EchoResponse()
        }
        var limits = Limits.default
        limits.deadlineReserveMilliseconds = 3_600_000
        try await TestServer.run(limits: limits, handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            let start = ContinuousClock.now
            try await peer.open(1, EchoServiceMethods.echo, end: true, timeout: 1_000)
            #expect(await peer.nextEnd()?.status?.reason == "DEADLINE_EXCEEDED")
            let taken = ContinuousClock.now - start
            #expect(taken >= .milliseconds(490) && taken < .milliseconds(1_000))
            await told.wait()
        }
    }

    @Test func clientsOwnClockEndsACall() async throws {
        let told = Latch()
        let handler: TestServer.Handler = { _, _ in
            try await Latch.untilCancelled(told)
            return EchoResponse()
        }
        try await TestServer.run(handler: handler) { server in
            let client = try await server.connect()
            let reason = await reason {
                _ = try await EchoServiceClient(client).echo(
                    EchoRequest(), options: CallOptions(timeout: .milliseconds(60)))
            }
            #expect(reason == "DEADLINE_EXCEEDED")
            await told.wait()
        }
    }

    @Test func handlerSeesTheDeadline() async throws {
        let handler: TestServer.Handler = { _, context in
            let left = try #require(context.deadline) - .now
            return .with { $0.text = left > .seconds(100) && left <= .seconds(120) ? "ok" : "bad" }
        }
        try await TestServer.run(handler: handler) { server in
            let client = try await server.connect()
            let answer = try await EchoServiceClient(client).echo(
                EchoRequest(), options: CallOptions(timeout: .seconds(120)))
            #expect(answer.text == "ok")
        }
    }

    @Test func cancelledTaskCancelsTheHandler() async throws {
        let started = Latch()
        let told = Latch()
        let handler: TestServer.Handler = { _, _ in
            started.open()
            try await Latch.untilCancelled(told)
            return EchoResponse()
        }
        try await TestServer.run(handler: handler) { server in
            let client = try await server.connect()
            let task = Task { try await EchoServiceClient(client).echo(EchoRequest()) }
            await started.wait()
            task.cancel()
            #expect(await reason { _ = try await task.value } == "CANCELLED")
            await told.wait()
        }
    }

    @Test func cancelFrameIsAnsweredAndTheConnectionGoesOn() async throws {
        let started = Latch()
        let told = Latch()
        let handler: TestServer.Handler = { request, _ in
            guard request.text == "wait" else { return EchoResponse() }
            started.open()
            try await Latch.untilCancelled(told)
            return EchoResponse()
        }
        try await TestServer.run(handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            func call(_ id: UInt32, _ text: String) throws -> Frame.Kind {
                .call(
                    try .with {
                        $0.callID = id
                        $0.method = EchoServiceMethods.echo.fullName
                        $0.payload = try EchoRequest.with { $0.text = text }.encoded()
                        $0.endOfStream = true
                    })
            }
            try await peer.send(call(1, "wait"))
            await started.wait()
            try await peer.send(.cancel(.with { $0.callID = 1 }))
            #expect(await peer.nextEnd()?.status?.code == RPCCode.cancelled.rawValue)
            await told.wait()
            try await peer.send(call(2, ""))
            #expect(await peer.nextEnd()?.status == nil)
        }
    }

    @Test func lostConnectionCancelsItsHandlers() async throws {
        let started = Latch()
        let told = Latch()
        let handler: TestServer.Handler = { _, _ in
            started.open()
            try await Latch.untilCancelled(told)
            return EchoResponse()
        }
        try await TestServer.run(handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.send(
                .call(
                    .with {
                        $0.callID = 1
                        $0.method = EchoServiceMethods.echo.fullName
                        $0.endOfStream = true
                    }))
            await started.wait()
            await peer.cut()
            await told.wait()
            while server.server.statistics.runningHandlers > 0 { await Task.yield() }
            #expect(server.server.statistics.callsSucceeded == 0)
        }
    }

    /// Opens calls whose handlers wait, one over the limit.
    private func overLimit(_ limits: Limits, atLimit: UInt32) async throws -> String? {
        let latch = Latch()
        var reason: String?
        let handler: TestServer.Handler = { _, _ in
            await latch.wait()
            return EchoResponse()
        }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            for id in 1...atLimit + 1 {
                try await peer.send(
                    .call(
                        .with {
                            $0.callID = id
                            $0.method = EchoServiceMethods.echo.fullName
                            $0.endOfStream = true
                        }))
            }
            let refused = await peer.nextEnd()
            #expect(refused?.callID == atLimit + 1)
            reason = refused?.status?.reason
            latch.open()
            var answered: Set<UInt32> = []
            for _ in 1...atLimit {
                let end = await peer.nextEnd()
                #expect(end?.status == nil)
                answered.insert(end?.callID ?? 0)
            }
            #expect(answered == Set(1...atLimit))
        }
        return reason
    }

    @Test func openCallsAreLimited() async throws {
        var limits = Limits.default
        limits.openCallsMax = 3
        #expect(try await overLimit(limits, atLimit: 3) == "TOO_MANY_OPEN_CALLS")
    }

    @Test func handlersOfAConnectionAreLimited() async throws {
        var limits = Limits.default
        limits.connectionHandlersMax = 3
        #expect(try await overLimit(limits, atLimit: 3) == "TOO_MANY_RUNNING_HANDLERS")
    }

    @Test func handlersOfTheServerAreLimited() async throws {
        var limits = Limits.default
        limits.serverHandlersMax = 3
        #expect(try await overLimit(limits, atLimit: 3) == "SERVER_BUSY")
    }

    @Test func drainLetsCallsInFlightFinishAndNamesTheLast() async throws {
        let started = Latch()
        let latch = Latch()
        let handler: TestServer.Handler = { _, _ in
            started.open()
            await latch.wait()
            return .with { $0.text = "done" }
        }
        try await TestServer.run(handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            let call = { (id: UInt32) in
                Frame.Kind.call(
                    .with {
                        $0.callID = id
                        $0.method = EchoServiceMethods.echo.fullName
                        $0.endOfStream = true
                    })
            }
            try await peer.send(call(1))
            await started.wait()
            async let drained: Void = server.server.drain(within: .seconds(10))
            guard case .goAway(let first) = await peer.next(),
                case .ping(let ping) = await peer.next()
            else {
                Issue.record("no GoAway and ping")
                latch.open()
                await drained
                return
            }
            #expect(first.reason == "DRAINING")
            #expect(first.lastCallID == .max)
            // Crossed the first GoAway: still taken.
            try await peer.send(call(2))
            try await peer.send(.pong(.with { $0.opaque = ping.opaque }))
            guard case .goAway(let second) = await peer.next() else {
                Issue.record("no second GoAway")
                latch.open()
                await drained
                return
            }
            #expect(second.lastCallID == 2)
            // Came after the second: never started, never answered.
            try await peer.send(call(3))
            latch.open()
            var ended: Set<UInt32> = []
            while let end = await peer.nextEnd() { ended.insert(end.callID) }
            #expect(ended == [1, 2])
            await drained
            #expect(server.server.statistics.openConnections == 0)
        }
    }

    @Test func drainCutsWhatDoesNotFinish() async throws {
        let started = Latch()
        let told = Latch()
        let handler: TestServer.Handler = { _, _ in
            started.open()
            try await Latch.untilCancelled(told)
            return EchoResponse()
        }
        try await TestServer.run(handler: handler) { server in
            let client = try await server.connect()
            async let lost = reason { _ = try await EchoServiceClient(client).echo(EchoRequest()) }
            await started.wait()
            await server.server.drain(within: .milliseconds(20))
            await told.wait()
            #expect(await lost == "CONNECTION_LOST")
            #expect(server.server.statistics.runningHandlers == 0)
            let refused = await reason { _ = try await server.connect() }
            #expect(refused == "CONNECT_FAILED")
        }
    }

    @Test func disconnectedPeerIsToldAndOthersStay() async throws {
        try await TestServer.run { server in
            let revoked = try await server.connect(uri: "urn:icds:county:08:ehr")
            let other = try await server.connect()
            server.server.disconnect { $0.kind == .county }
            await revoked.waitUntilClosed()
            let reason = await reason {
                _ = try await EchoServiceClient(revoked).echo(EchoRequest())
            }
            #expect(reason == "ADMISSION_WITHDRAWN")
            _ = try await EchoServiceClient(other).echo(EchoRequest())
        }
    }

    @Test func admissionIsAskedAgainForEachCall() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            _ = try await EchoServiceClient(client).echo(EchoRequest())
            server.authority.withdraw()
            let reason = await reason {
                _ = try await EchoServiceClient(client).echo(EchoRequest())
            }
            #expect(reason == "ADMISSION_WITHDRAWN")
        }
    }

    @Test func framesBehindTheHelloWaitForTheAdmission() async throws {
        let latch = Latch()
        let authority = TestAuthorityOfCalls { _ in
            await latch.wait()
            return nil
        }
        try await TestServer.run(authority: authority) { server in
            let peer = try await RawPeer.connect(server)
            try await peer.send(.hello(.with { $0.versions = [1] }))
            for id: UInt32 in 1...5 {
                try await peer.send(
                    .call(
                        .with {
                            $0.callID = id
                            $0.method = EchoServiceMethods.echo.fullName
                            $0.endOfStream = true
                        }))
            }
            latch.open()
            guard case .hello(let hello) = await peer.next() else {
                Issue.record("no Hello")
                return
            }
            #expect(hello.admittedAs == "urn:icds:municipality:837:casework")
            #expect(hello.limits?.openCallsMax == UInt32(Limits.default.openCallsMax))
            var ended: Set<UInt32> = []
            for _ in 1...5 { ended.insert(await peer.nextEnd()?.callID ?? 0) }
            #expect(ended == [1, 2, 3, 4, 5])
        }
    }
}
