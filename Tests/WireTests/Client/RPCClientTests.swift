import Contract
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Wire

/// What the caller of `connect` is told, and a client whose server leaves.
@Suite struct RPCClientTests {
    private func refusal(_ configuration: ClientConfiguration) async -> RPCStatus? {
        do {
            await (try await RPCClient.connect(configuration)).close()
            return nil
        } catch {
            return error as? RPCStatus
        }
    }

    @Test func nothingListening() async throws {
        try await TestServer.run { server in
            let configuration = try server.clientConfiguration()
            await server.server.drain(within: .zero)
            let status = await refusal(configuration)
            #expect(status?.reason == "CONNECT_FAILED")
            #expect(status?.message.hasSuffix("nothing listens there") == true)
            #expect(status?.isSafeToRetry == true)
        }
    }

    @Test func refusedAdmissionIsTheAuthoritysStatus() async throws {
        let refusal = RPCStatus(.permissionDenied, "SYSTEM_NOT_REGISTERED", "not registered")
        let authority = TestAuthorityOfCalls { $0.kind == .county ? refusal : nil }
        try await TestServer.run(authority: authority) { server in
            let county = try server.clientConfiguration(uri: "urn:icds:county:08:ehr")
            #expect(await self.refusal(county) == refusal)
            #expect(await self.refusal(try server.clientConfiguration()) == nil)
        }
    }

    @Test func refusedCertificateIsSaid() async throws {
        try await TestServer.run { server in
            let pki = try TestPKI.shared
            let certificate = try pki.issue(
                uris: ["urn:icds:municipality:837:casework"], ca: .unknown)
            var configuration = try server.clientConfiguration()
            configuration.tls = try TLSContext.client(
                TLSConfiguration(
                    certificateChainFile: certificate.certificatePath,
                    privateKeyFile: certificate.keyPath,
                    trustedAuthorityFiles: [pki.trustedAuthorityPath]),
                serverName: "localhost")
            let status = await refusal(configuration)
            #expect(status?.reason == "CERTIFICATE_REFUSED")
            #expect(status?.message.hasPrefix("the server refused our certificate:") == true)
        }
    }

    @Test func wrongServerNameFailsTLS() async throws {
        try await TestServer.run { server in
            let pki = try TestPKI.shared
            let certificate = try pki.issue(uris: ["urn:icds:municipality:837:casework"])
            var configuration = try server.clientConfiguration()
            configuration.tls = try TLSContext.client(
                TLSConfiguration(
                    certificateChainFile: certificate.certificatePath,
                    privateKeyFile: certificate.keyPath,
                    trustedAuthorityFiles: [pki.trustedAuthorityPath]),
                serverName: "elsewhere.example")
            #expect(await refusal(configuration)?.reason == "TLS_FAILED")
        }
    }

    /// What the Hello says that the server would refuse is not sent.
    @Test func limitsOfTheHelloAreKeptTo() async throws {
        let limits = ConnectionLimits.with {
            $0.metadataBytesMax = 20
            $0.metadataEntriesMax = 2
            $0.usefulMillisecondsMin = 500
        }
        func entries(_ count: Int) -> Metadata {
            var metadata = Metadata()
            for index in 0..<count { metadata.append("k\(index)", "v") }
            return metadata
        }
        try await ScriptedServer.run(limits: limits) { server, client in
            var long = Metadata()
            long.append("key", String(repeating: "v", count: 18))
            let refused: [(CallOptions, String)] = [
                (CallOptions(metadata: long), "METADATA_TOO_LARGE"),
                (CallOptions(metadata: entries(3)), "METADATA_TOO_LARGE"),
                (CallOptions(timeout: .milliseconds(499)), "DEADLINE_TOO_SHORT"),
            ]
            for (options, reason) in refused {
                let status = await #expect(throws: RPCStatus.self) {
                    try await client.callRaw(method: "a.B/C", payload: [], options: options)
                }
                #expect(status?.reason == reason)
            }
            let options = CallOptions(timeout: .milliseconds(500), metadata: entries(2))
            async let answer = client.callRaw(method: "a.B/C", payload: [], options: options)
            let call = try await server.nextCall()
            #expect(call.callID == 1)
            #expect(call.timeoutMilliseconds == 500)
            try await server.send(.end(.with { $0.callID = 1 }))
            #expect(try await answer.isEmpty)
        }
    }

    @Test func serverThatSaysNothingIsNotWaitedForForEver() async throws {
        // Accepts TCP and never answers.
        let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        try await TestServer.run { server in
            var configuration = try server.clientConfiguration()
            configuration.port = silent.localAddress?.port ?? 0
            configuration.connectTimeout = .milliseconds(50)
            #expect(await refusal(configuration)?.reason == "CONNECT_TIMEOUT")
        }
        try await silent.close().get()
    }

    @Test func pingMeasuresTheRoundTrip() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            #expect(try await client.ping() > .zero)
            await client.close()
            await #expect(throws: RPCStatus.self) { try await client.ping() }
        }
    }

    @Test func closeFailsCallsInFlight() async throws {
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
            await client.close()
            do {
                _ = try await task.value
                Issue.record("answered")
            } catch {
                #expect((error as? RPCStatus)?.reason == "CONNECTION_CLOSED")
            }
            await told.wait()
        }
    }

    @Test func taskCancelledBeforehandMakesNoCall() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let latch = Latch()
            let task = Task {
                await latch.wait()
                return try await EchoServiceClient(client).echo(EchoRequest())
            }
            task.cancel()
            latch.open()
            await #expect(throws: RPCStatus.self) { _ = try await task.value }
            _ = try await client.ping()
            #expect(server.server.statistics.callsReceived == 0)
        }
    }
}
