extension Attack {
    /// Handshakes as fast as they are served.
    static let handshakes = [
        Attack(
            name: "hello-storm", summary: "one ClientHello again and again, gone at the answer",
            threads: 16, connections: 0, memoryBytesMax: 64 << 20
        ) { attacker throws(HostileError) in
            let socket = try attacker.connect()
            try socket.send(attacker.campaign.clientHello)
            _ = socket.isReadable(withinMilliseconds: 1_000)
            let isAnswered = try !socket.receive().isEmpty
            attacker.count(isAnswered ? "ClientHellos answered" : "closed by the server")
        },
        storm("handshakes-good", "full handshakes with a good certificate, closed at once") {
            $0.good
        },
        storm("handshakes-strange", "full handshakes with another authority's certificate") {
            $0.strange
        },
        storm("handshakes-none", "full handshakes without a certificate") { $0.anonymous },
        Attack(
            name: "key-updates", summary: "KeyUpdates in a row, half of them asking for another",
            threads: 8, connections: 0, memoryBytesMax: 64 << 20
        ) { attacker throws(HostileError) in
            let peer = try attacker.admitted()
            for turn in 0..<10_000 where !attacker.isOver {
                try peer.updateKey(askingForAnother: turn % 2 == 0)
                attacker.count("KeyUpdates")
                if turn % 16 == 0 { try attacker.checkOpen(peer) }
            }
        },
    ]

    private static func storm(
        _ name: String, _ summary: String,
        identity: @escaping @Sendable (Campaign) -> ClientIdentity
    ) -> Attack {
        Attack(
            name: name, summary: summary, threads: 16, connections: 0,
            memoryBytesMax: 64 << 20
        ) { attacker throws(HostileError) in
            let peer = try attacker.handshake(identity(attacker.campaign))
            // The server's judgement comes after the client's handshake.
            if identity(attacker.campaign) !== attacker.campaign.good {
                _ = attacker.drain(peer, withinMilliseconds: 1_000)
            }
        }
    }
}
