import Contract
import Testing

@testable import Wire

/// What a GoAway with a code proves about the calls that are open.
@Suite struct GoAwayRetryTests {
    private func echo(_ channel: RPCChannel, _ text: String) -> Task<String, any Error> {
        Task {
            let response: EchoResponse = try await channel.call(
                EchoMessages.method(.unary), EchoMessages.request(text),
                options: CallOptions(timeout: .seconds(20)))
            return response.text
        }
    }

    /// Whatever it says of itself: only calls above its last were never started.
    @Test(arguments: [
        LibraryReason.notProcessed, .serverBusy, .tooManyOpenCalls, .connectFailed,
    ])
    func goAwayProvesNothingForCallsUpToItsLast(_ reason: LibraryReason) async throws {
        let server = try await ScriptedServer.start()
        var configuration = ChannelConfiguration(try server.clientConfiguration())
        configuration.backoff.initial = .milliseconds(1)
        configuration.retry.backoff.initial = .milliseconds(1)
        let channel = RPCChannel(configuration)
        let first = echo(channel, "first")
        let old = try await server.accept()
        #expect(try await old.nextCall().callID == 1)
        let second = echo(channel, "second")
        #expect(try await old.nextCall().callID == 2)
        try await old.send(.goAway(1, reason.code, reason.rawValue))
        do {
            _ = try await first.value
            Issue.record("made again")
        } catch {
            let status = error as? RPCStatus
            #expect(status?.reason == "CONNECTION_LOST")
            #expect(status?.isSafeToRetry == false)
        }
        let new = try await server.accept()
        let again = try await new.nextCall()
        #expect(try EchoRequest(decoding: again.payload).text == "second")
        try await new.send(.end(again.callID, payload: EchoMessages.encoded("second")))
        #expect(try await second.value == "second")
        await channel.close()
        await server.stop()
    }

    /// Each call learns on whose word it failed.
    @Test func callsFailWithTheOriginThatTheyHave() async throws {
        try await ScriptedServer.run { server, client in
            func fails(_ id: UInt32) -> Task<CallFailure?, Never> {
                Task {
                    do throws(CallFailure) {
                        _ = try await client.unary(
                            method: "a/b", payload: [], options: CallOptions())
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            let first = fails(1)
            _ = try await server.nextCall()
            let second = fails(2)
            _ = try await server.nextCall()
            try await server.send(.goAway(1, .unauthenticated, "ADMISSION_WITHDRAWN"))
            #expect(await first.value?.origin == .goAway)
            #expect(await first.value?.status.reason == "ADMISSION_WITHDRAWN")
            #expect(await second.value?.origin == .client)
            #expect(await second.value?.status.reason == "NOT_PROCESSED")
            await client.waitUntilClosed()
            #expect(await fails(3).value?.origin == .unsent)
        }
    }
}
