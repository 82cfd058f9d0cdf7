import Contract
import Testing

@testable import Wire

/// Shares of one organisation, whatever number of connections and systems it comes with.
@Suite struct OrganisationLimitTests {
    private func with(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits.default
        change(&limits)
        return limits
    }

    private func call(_ id: UInt32, payload: [UInt8] = []) -> Frame.Kind {
        .call(
            .with {
                $0.callID = id
                $0.method = EchoServiceMethods.echo.fullName
                $0.payload = payload
                $0.endOfStream = true
            })
    }

    /// Two systems of one organisation with calls that wait, and one call over the limit.
    private func overLimit(_ limits: Limits, reason: String, payload: [UInt8] = []) async throws {
        let latch = Latch()
        let handler: TestServer.Handler = { request, _ in
            if request.text != "pass" { await latch.wait() }
            return EchoResponse()
        }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let first = try await RawPeer.admitted(server)
            let second = try await RawPeer.admitted(
                server, uri: "urn:icds:municipality:837:archive")
            try await first.send(call(1, payload: payload))
            try await second.send(call(1, payload: payload))
            while server.server.statistics.runningHandlers < 2 { await Task.yield() }
            try await second.send(call(2, payload: payload))
            let refused = await second.nextEnd()
            #expect(refused?.callID == 2)
            #expect(refused?.status?.reason == reason)
            #expect(refused?.status?.code == RPCCode.resourceExhausted.rawValue)
            #expect(
                refused?.status?.details.first?.detail
                    == .retryInfo(.with { $0.delayMilliseconds = 100 }))
            let other = try await server.connect(uri: "urn:icds:municipality:091:casework")
            if reason == "ORGANISATION_BUSY" {
                _ = try await EchoServiceClient(other).echo(.with { $0.text = "pass" })
            }
            latch.open()
            #expect(await first.nextEnd()?.status == nil)
            #expect(await second.nextEnd()?.status == nil)
            try await second.send(call(3, payload: payload))
            #expect(await second.nextEnd()?.status == nil)
            #expect(server.server.statistics.openCalls == 0)
        }
    }

    @Test func openCallsOfAnOrganisationAreLimited() async throws {
        try await overLimit(with { $0.organisationCallsMax = 2 }, reason: "ORGANISATION_BUSY")
    }

    @Test func handlersOfAnOrganisationAreLimited() async throws {
        try await overLimit(with { $0.organisationHandlersMax = 2 }, reason: "ORGANISATION_BUSY")
    }

    @Test func openCallsOfTheServerAreLimited() async throws {
        try await overLimit(with { $0.serverCallsMax = 2 }, reason: "SERVER_BUSY")
    }

    @Test func largeRequestsOfAnOrganisationAreLimited() async throws {
        let request = EchoRequest.with { $0.payload = [UInt8](repeating: 1, count: 100_000) }
        let payload = try request.encoded()
        // Room for two, and for a third one's frame while its end has not come.
        try await overLimit(
            with { $0.organisationRequestBytesMax = payload.count * 3 - 1 },
            reason: "ORGANISATION_BUSY", payload: payload)
    }

    @Test func connectionsOfAnOrganisationAreLimited() async throws {
        try await TestServer.run(limits: with { $0.organisationConnectionsMax = 2 }) { server in
            let first = try await server.connect()
            _ = try await server.connect(uri: "urn:icds:municipality:837:archive")
            let third = try await RawPeer.connect(server)
            try await third.send(.hello(.with { $0.versions = [1] }))
            let goAway = await third.goAway()
            #expect(goAway?.reason == "TOO_MANY_CONNECTIONS")
            #expect(goAway?.code == RPCCode.resourceExhausted.rawValue)
            // Others are not concerned.
            _ = try await server.connect(uri: "urn:icds:county:08:ehr")
            await first.close()
            while server.server.statistics.openConnections > 2 { await Task.yield() }
            let fourth = try await server.connect()
            _ = try await EchoServiceClient(fourth).echo(EchoRequest())
        }
    }

    @Test func handlersOfConnectionsThatAreGoneStillCount() async throws {
        let latch = Latch()
        let handler: TestServer.Handler = { _, _ in
            await latch.wait()
            return EchoResponse()
        }
        let limits = with { $0.organisationHandlersMax = 2 }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            for id in UInt32(1)...2 { try await peer.send(call(id)) }
            while server.server.statistics.runningHandlers < 2 { await Task.yield() }
            await peer.cut()
            while server.server.statistics.openConnections > 0 { await Task.yield() }
            let again = try await RawPeer.admitted(server)
            try await again.send(call(1))
            #expect(await again.nextEnd()?.status?.reason == "ORGANISATION_BUSY")
            latch.open()
            while server.server.statistics.runningHandlers > 0 { await Task.yield() }
            try await again.send(call(2))
            #expect(await again.nextEnd()?.status == nil)
        }
    }

    @Test func ledgerForgetsWhoHasNothingOpen() throws {
        let ledger = OrganisationLedger(limits: .default)
        let peer = PeerIdentity(
            kind: .municipality, code: "837", system: "s", uri: "u", certificateFingerprint: [],
            remoteAddress: "")
        let use = try #require(ledger.join(peer))
        #expect(ledger.join(peer) === use)
        #expect(use.startHandler(limit: 1) == true)
        #expect(use.startHandler(limit: 1) == false)
        ledger.leave(use)
        ledger.leave(use)
        // Its handler goes on, and is found again by the next connection.
        #expect(ledger.count == 1)
        #expect(ledger.join(peer) === use)
        ledger.leave(use)
        ledger.endHandler(of: use)
        #expect(ledger.count == 0)
    }
}
