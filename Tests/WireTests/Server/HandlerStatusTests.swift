import Contract
import Logging
import TestSupport
import Testing

@testable import Wire

/// What becomes of what a handler throws.
@Suite struct HandlerStatusTests {
    private func call(_ id: UInt32, _ text: String = "") throws -> Frame.Kind {
        .call(
            try .with {
                $0.callID = id
                $0.method = EchoServiceMethods.echo.fullName
                $0.payload = try EchoRequest.with { $0.text = text }.encoded()
                $0.endOfStream = true
            })
    }

    /// A handler was started, so its caller must not be told that it was not.
    @Test func reasonsThatProveThatNothingWasDoneAreTheLibrarysAlone() async throws {
        let proofs = LibraryReason.allCases.filter(\.provesNothingWasDone)
        #expect(proofs.count == 7)
        let handler: TestServer.Handler = { request, _ in
            let reason = LibraryReason(rawValue: request.text)
            throw RPCStatus(reason?.code ?? .unavailable, request.text, "passed on")
        }
        try await TestServer.run(handler: handler) { server in
            let client = try await server.connect()
            for reason in proofs.map(\.rawValue) + ["DATABASE_UNAVAILABLE", "AUDIT_UNAVAILABLE"] {
                do {
                    _ = try await EchoServiceClient(client).echo(.with { $0.text = reason })
                    Issue.record("\(reason) went well")
                } catch {
                    let status = error as? RPCStatus
                    let isProof = LibraryReason(rawValue: reason)?.provesNothingWasDone == true
                    #expect(status?.reason == (isProof ? "INTERNAL_ERROR" : reason))
                    #expect(status?.code == (isProof ? .internal : .unavailable))
                    #expect(status?.isSafeToRetry == false)
                }
            }
        }
    }

    @Test func theSameHoldsForStreamsAndOtherCodes() async throws {
        let service = StreamService(chat: { requests, _, _ in
            for try await _ in requests {}
            throw RPCStatus(.unavailable, "SERVER_BUSY", "passed on", retryAfterMilliseconds: 1)
        })
        try await TestServer.run(streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.chat, text: "a", end: true)
            let end = await peer.nextEnd()
            #expect(end?.status?.reason == "INTERNAL_ERROR")
            #expect(end?.status?.details.isEmpty == true)
        }
    }

    /// Whoever has found a defect must not fill the disk with it, nor hide it behind other lines.
    @Test func errorsOfTheServerAreLoggedAsOftenAsTheThrottleAllows() async throws {
        let log = RecordedLog()
        let calls = UInt32(2_000)
        let handler: TestServer.Handler = { request, context in
            if request.text == "metadata" {
                context.setTrailingMetadata(Metadata([.init(key: "UPPER", value: [])]))
                return EchoResponse()
            }
            throw Defect()
        }
        let start = ContinuousClock.now
        try await TestServer.run(logger: log.logger, handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            for first in stride(from: UInt32(1), to: calls, by: 100) {
                var frames: [UInt8] = []
                for id in first..<first + 100 {
                    frames += try RawPeer.framed(call(id, id % 2 == 0 ? "metadata" : ""))
                }
                try await peer.send(bytes: frames)
                for _ in 1...100 { _ = await peer.nextEnd() }
            }
        }
        // At least as many as the clock's seconds that the calls may have touched.
        let seconds = Int((ContinuousClock.now - start).components.seconds) + 2
        let errors = log.lines.filter { $0.hasPrefix("error ") }
        #expect(!errors.isEmpty)
        #expect(errors.count <= seconds * LogThrottle.linesPerSecondMax)
        #expect(errors.contains { $0.hasPrefix("error a handler failed ") })
        #expect(errors.contains { $0.hasPrefix("error a handler set metadata ") })
    }

    private struct Defect: Error {}
}
