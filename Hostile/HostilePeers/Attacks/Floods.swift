extension Attack {
    /// Much of what the server refuses.
    static let floods = [
        Attack(
            name: "garbage", summary: "random bytes in place of TLS", threads: 16,
            connections: 0, memoryBytesMax: 64 << 20
        ) { attacker throws(HostileError) in
            let socket = try attacker.connect()
            try socket.send(randomBytes(1_024))
            _ = socket.isReadable(withinMilliseconds: 1_000)
            let answer = try socket.receive()
            attacker.count(answer.isEmpty ? "closed by the server" : "answered")
        },
        Attack(
            name: "garbage-frames", summary: "random bytes in place of frames", threads: 8,
            connections: 0, memoryBytesMax: 64 << 20
        ) { attacker throws(HostileError) in
            let peer = try attacker.admitted()
            // A length that is allowed, so that the bytes are looked at.
            try peer.send(FrameBytes.length(1_024) + randomBytes(1_024))
            _ = attacker.drain(peer, withinMilliseconds: 1_000)
        },
        flood("pings", "Pings as fast as they can be sent") { number in
            FrameBytes.ping(UInt64(number))
        },
        flood("frames-too-large", "frames longer than is allowed") { _ in
            FrameBytes.length(5_000_000) + [UInt8](repeating: 0, count: 64)
        },
        flood("resets", "calls that are cancelled at once, whose handlers wait") { number in
            FrameBytes.call(number, payload: FrameBytes.request("wait"))
                + FrameBytes.cancel(number)
        },
        flood("unknown-methods", "calls of methods that do not exist") { number in
            FrameBytes.call(number, method: "no.such.Service/Method\(number % 1_000)")
        },
        flood("metadata", "calls with as much metadata as is allowed") { number in
            FrameBytes.call(
                number, payload: FrameBytes.request(), metadata: FrameBytes.metadata(entries: 64))
        },
        flood("metadata-too-much", "calls with more metadata than is allowed") { number in
            FrameBytes.call(
                number, payload: FrameBytes.request(), metadata: FrameBytes.metadata(entries: 80))
        },
    ]

    /// Pieces for consecutive numbers, many in one write, until the server ends the connection.
    private static func flood(
        _ name: String, _ summary: String, piece: @escaping @Sendable (UInt32) -> [UInt8]
    ) -> Attack {
        Attack(
            name: name, summary: summary, threads: 8, connections: 0, memoryBytesMax: 96 << 20
        ) { attacker throws(HostileError) in
            let peer = try attacker.admitted()
            var number: UInt32 = 0
            while !attacker.isOver {
                var bytes: [UInt8] = []
                var pieces = 0
                while bytes.count < 12_000 {
                    number += 1
                    pieces += 1
                    bytes += piece(number)
                }
                try peer.send(bytes)
                attacker.count("frames", pieces)
                try attacker.checkOpen(peer)
            }
        }
    }
}

private func randomBytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: .min ... .max) }
}
