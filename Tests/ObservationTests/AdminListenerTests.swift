import NIOCore
import Testing

@testable import Observation

@Suite struct AdminListenerTests {
    private func serving(
        obstacle: String? = nil, isLive: Bool = true, _ configuration: AdminConfiguration? = nil,
        _ body: (RawHTTP) async throws -> Void
    ) async throws {
        let standard = try AdminConfiguration(host: "127.0.0.1", port: 0)
        let listener = AdminListener(
            configuration: configuration ?? standard,
            pages: AdminPages(isLive: { isLive }, obstacle: { obstacle }, metrics: { "m 1\n" }))
        let port = try await listener.start()
        do {
            try await body(RawHTTP(port: port))
        } catch {
            await listener.stop()
            throw error
        }
        await listener.stop()
    }

    private func status(_ answer: String) -> String {
        String(answer.split(separator: "\r\n").first ?? "")
    }

    @Test func answersItsThreePages() async throws {
        try await serving { http in
            let live = try await http.get("/live")
            #expect(status(live) == "HTTP/1.1 200 OK" && live.hasSuffix("\r\n\r\nlive\n"))
            #expect(try await http.get("/ready").hasSuffix("\r\n\r\nready\n"))
            let metrics = try await http.get("/metrics?x=1")
            #expect(metrics.hasSuffix("\r\n\r\nm 1\n"))
            #expect(metrics.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            #expect(metrics.contains("Connection: close\r\n"))
        }
    }

    @Test func saysWhatStandsInTheWay() async throws {
        try await serving(obstacle: "DATABASE_UNAVAILABLE") { http in
            let ready = try await http.get("/ready")
            #expect(status(ready) == "HTTP/1.1 503 Service Unavailable")
            #expect(ready.hasSuffix("not ready: DATABASE_UNAVAILABLE\n"))
            let answer1 = try await http.get("/live")
            #expect(status(answer1) == "HTTP/1.1 200 OK")
        }
    }

    @Test func saysThatItIsToBeStartedAnew() async throws {
        try await serving(isLive: false) { http in
            let live = try await http.get("/live")
            #expect(status(live) == "HTTP/1.1 503 Service Unavailable")
        }
    }

    @Test func headHasTheLengthAndNoBody() async throws {
        try await serving { http in
            let answer = try await http.send("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(answer.hasSuffix("\r\n\r\n"))
            #expect(answer.contains("Content-Length: 4\r\n"))
        }
    }

    @Test(arguments: ["/", "/metrics/", "/Live", "/live/../metrics", "http://h/live", "*"])
    func otherPathsAreNotFound(_ path: String) async throws {
        try await serving { http in
            let answer2 = try await http.get(path)
            #expect(status(answer2) == "HTTP/1.1 404 Not Found")
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
    func otherMethodsAreNotAllowed(_ method: String) async throws {
        try await serving { http in
            let answer = try await http.send("\(method) /live HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(status(answer) == "HTTP/1.1 405 Method Not Allowed")
            #expect(answer.contains("Allow: GET, HEAD\r\n"))
        }
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "GET /live HTTP/1.1\r\nno colon\r\n\r\n", "\u{16}\u{3}\u{1}\r\n\r\n",
        "GET /live HTTP/1.1\r\nContent-Length: 2\r\n\r\nab",
    ])
    func whatIsNoRequestOfOursIsRefused(_ bytes: String) async throws {
        try await serving { http in
            let answer3 = try await http.send(bytes)
            #expect(status(answer3) == "HTTP/1.1 400 Bad Request")
        }
    }

    @Test func requestsAreBounded() async throws {
        let start = "GET /live HTTP/1.1\r\nX: "
        let end = "\r\n\r\n"
        var configuration = try AdminConfiguration(host: "127.0.0.1", port: 0)
        configuration.requestBytesMax = 1_000
        try await serving(configuration) { http in
            let room = 1_000 - start.utf8.count - end.utf8.count
            let fits = start + String(repeating: "a", count: room) + end
            let answer4 = try await http.send(fits)
            #expect(status(answer4) == "HTTP/1.1 200 OK")
            let over = start + String(repeating: "a", count: room + 1) + end
            let answer5 = try await http.send(over)
            #expect(status(answer5) == "HTTP/1.1 431 Request Header Fields Too Large")
        }
    }

    @Test func aSecondRequestOfAConnectionIsNotAnswered() async throws {
        try await serving { http in
            let one = "GET /live HTTP/1.1\r\nHost: h\r\n\r\n"
            let answer = try await http.send(one + one)
            #expect(answer.split(separator: "HTTP/1.1 ").count == 1)
        }
    }

    @Test func whoSendsNothingIsToldAndClosed() async throws {
        var configuration = try AdminConfiguration(host: "127.0.0.1", port: 0)
        configuration.requestTimeout = .milliseconds(50)
        try await serving(configuration) { http in
            let answer = try await http.connect().answer.get()
            #expect(status(answer) == "HTTP/1.1 408 Request Timeout")
        }
    }

    @Test func connectionsAreBounded() async throws {
        var configuration = try AdminConfiguration(host: "127.0.0.1", port: 0)
        configuration.connectionsMax = 2
        try await serving(configuration) { http in
            var connections: [(channel: any Channel, answer: EventLoopFuture<String>)] = []
            for _ in 0..<3 { connections.append(try await http.connect()) }
            var answers: [String] = []
            for connection in connections {
                let request = ByteBuffer(string: "GET /live HTTP/1.1\r\nHost: h\r\n\r\n")
                try? await connection.channel.writeAndFlush(request).get()
            }
            for connection in connections {
                answers.append(status(try await connection.answer.get()))
            }
            #expect(answers.sorted() == ["", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK"])
        }
    }

    @Test(arguments: [
        "0.0.0.0", "::", "192.0.2.1", "localhost", "128.0.0.1", "::ffff:127.0.0.1", "::2", "",
    ])
    func onlyTheLoopbackIsListenedOn(_ host: String) {
        #expect(throws: AdminError.notLoopback(host)) {
            try AdminConfiguration(host: host, port: 0)
        }
    }

    @Test(arguments: ["127.0.0.1", "127.255.255.254", "::1"])
    func everyLoopbackAddressWillDo(_ host: String) throws {
        #expect(try AdminConfiguration(host: host, port: 0).host == host)
    }

    @Test func aTakenPortIsAnErrorThatNamesIt() async throws {
        try await serving { http in
            let second = AdminListener(
                configuration: try AdminConfiguration(host: "127.0.0.1", port: http.port),
                pages: AdminPages(isLive: { true }, obstacle: { nil }, metrics: { "" }))
            let error = await #expect(throws: AdminError.self) { try await second.start() }
            #expect(error?.description.contains("127.0.0.1:\(http.port)") == true)
        }
    }
}
