extension Attack {
    /// Peers that keep to the rules and take all that they can get.
    static let greedy = [
        Attack(
            name: "unread", summary: "calls of 64 KB whose answers are not read", threads: 8,
            connections: 128, memoryBytesMax: (128 * 2 + 256 + 64) << 20
        ) { attacker throws(HostileError) in
            let request = FrameBytes.request(payloadBytes: 65_536)
            try attacker.herd(
                every: 20,
                open: { () throws(HostileError) in
                    Counting(try attacker.admitted(receiveBytes: 4_096))
                },
                step: { peer throws(HostileError) in
                    // The kernel's buffers and the server's are full when this cannot go on.
                    guard peer.isWritable else { return }
                    peer.number += 1
                    try peer.peer.send(FrameBytes.call(peer.number, payload: request))
                    attacker.count("calls")
                })
        },
        Attack(
            name: "calls", summary: "good calls as fast as they are answered", threads: 8,
            connections: 0, memoryBytesMax: 96 << 20
        ) { attacker throws(HostileError) in
            let peer = try attacker.admitted()
            let request = FrameBytes.request(payloadBytes: 180)
            var number: UInt32 = 0
            while !attacker.isOver {
                var bytes: [UInt8] = []
                for _ in 0..<32 {
                    number += 1
                    bytes += FrameBytes.call(number, payload: request)
                }
                try peer.send(bytes)
                attacker.count("calls", 32)
                guard attacker.drain(peer, withinMilliseconds: 100) else { throw .closed }
            }
        },
    ]
}

/// A connection with the number of its last call.
private final class Counting {
    let peer: TLSPeer
    var number: UInt32 = 0

    init(_ peer: TLSPeer) { self.peer = peer }

    /// Whether the kernel takes more bytes at once.
    var isWritable: Bool { peer.socket.isWritable }
}
