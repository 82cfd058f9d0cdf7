import Contract
import TestSupport
import Testing

@testable import Wire

/// What a server has every connection told: with one End, once for each change.
@Suite struct ConnectionNoticeTests {
    private let notice = ConnectionNotice(key: "news-bin")

    /// What comes under the notice's key with the answer or the failure of a call.
    private func told(_ client: RPCClient) async throws -> [[UInt8]] {
        let metadata = ResponseMetadata()
        _ = try? await EchoServiceClient(client).echo(
            EchoRequest(), options: CallOptions(responseMetadata: metadata))
        return metadata.trailing.entries.filter { $0.key == "news-bin" }.map(\.value)
    }

    @Test func eachConnectionIsToldOnceOfEachChange() async throws {
        try await TestServer.run(notice: notice) { server in
            let one = try await server.connect()
            #expect(try await told(one).isEmpty, "there is nothing to tell yet")
            notice.set([1, 0, 255])
            #expect(try await told(one) == [[1, 0, 255]])
            #expect(try await told(one).isEmpty)
            let other = try await server.connect()
            #expect(try await told(other) == [[1, 0, 255]])
            notice.set([1, 0, 255])
            #expect(try await told(one).isEmpty, "nothing has changed")
            notice.set([2])
            notice.set([3])
            #expect(try await told(one) == [[3]])
            #expect(try await told(other) == [[3]])
            #expect(try await told(other).isEmpty)
            await one.close()
            await other.close()
        }
    }

    @Test func aCallThatFailsAndAStreamTellItAsWell() async throws {
        let handler: TestServer.Handler = { _, _ in throw RPCStatus(.notFound, "NOTHING", "") }
        let service = StreamService(feed: { _, responses, _ in
            try await responses.send(EchoResponse())
        })
        notice.set([7])
        try await TestServer.run(notice: notice, handler: handler, streams: service) { server in
            let client = try await server.connect()
            #expect(try await told(client) == [[7]])
            await client.close()
            let peer = try await RawPeer.admitted(server)
            try await peer.feed(1, bytes: [])
            #expect(await peer.nextMessage()?.metadata.isEmpty == true)
            #expect(await peer.nextEnd()?.trailingMetadata.map(\.key) == ["news-bin"])
        }
    }

    /// The call's own metadata come first: where they leave no room, a later call tells.
    @Test func whereThereIsNoRoomALaterCallTells() async throws {
        let full = Limits.default.metadataBytesMax - 1
        let handler: TestServer.Handler = { request, context in
            let size = request.text == "full" ? full : 0
            context.setTrailingMetadata(
                Metadata([.init(key: "k", value: [UInt8](repeating: 0x61, count: size))]))
            return EchoResponse()
        }
        notice.set([7])
        try await TestServer.run(notice: notice, handler: handler) { server in
            let client = try await server.connect()
            let metadata = ResponseMetadata()
            _ = try await EchoServiceClient(client).echo(
                .with { $0.text = "full" }, options: CallOptions(responseMetadata: metadata))
            #expect(metadata.trailing.entries.map(\.key) == ["k"])
            #expect(try await told(client) == [[7]])
            await client.close()
        }
    }
}
