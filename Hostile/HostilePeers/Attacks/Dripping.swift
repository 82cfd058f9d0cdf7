extension Attack {
    /// Bytes that come slowly, or stop.
    static let dripping = [
        Attack(
            name: "drip-handshake", summary: "a ClientHello a byte at a time", threads: 4,
            connections: 256, memoryBytesMax: 64 << 20
        ) { attacker throws(HostileError) in
            let hello = attacker.campaign.clientHello
            try attacker.herd(
                every: 50,
                open: { () throws(HostileError) in
                    Dripping(try attacker.connect(), bytes: hello)
                },
                step: { drip throws(HostileError) in
                    try attacker.checkOpen(drip.connection)
                    try drip.connection.send(drip.next())
                    attacker.count("bytes")
                })
        },
        Attack(
            name: "drip-hello", summary: "a Hello a byte at a time", threads: 4,
            connections: 256, memoryBytesMax: 64 << 20
        ) { attacker throws(HostileError) in
            try attacker.herd(
                every: 100,
                open: { () throws(HostileError) in
                    Dripping(try attacker.handshake(), bytes: FrameBytes.hello)
                },
                step: { drip throws(HostileError) in try attacker.drip(drip) })
        },
        Attack(
            name: "drip-frame", summary: "frames of 4 MB a byte at a time", threads: 4,
            connections: 256, memoryBytesMax: 64 << 20
        ) { attacker throws(HostileError) in
            try attacker.herd(
                every: 20,
                open: { () throws(HostileError) in
                    Dripping(
                        try attacker.admitted(),
                        bytes: FrameBytes.length(4_000_000) + FrameBytes.largeCallStart)
                },
                step: { drip throws(HostileError) in try attacker.drip(drip) })
        },
        Attack(
            name: "unfinished", summary: "frames of 4 MB whose last bytes never come", threads: 8,
            connections: 256, memoryBytesMax: (256 + 96) << 20
        ) { attacker throws(HostileError) in
            let bytes =
                FrameBytes.length(4_000_000) + FrameBytes.largeCallStart
                + [UInt8](repeating: 0, count: 3_990_000)
            try attacker.herd(
                every: 50,
                open: { () throws(HostileError) in
                    let peer = try attacker.admitted()
                    for start in stride(from: 0, to: bytes.count, by: 65_536) {
                        if attacker.isOver { break }
                        try peer.send(Array(bytes[start..<min(bytes.count, start + 65_536)]))
                        attacker.count("bytes", 65_536)
                    }
                    return peer
                },
                step: { peer throws(HostileError) in try attacker.checkOpen(peer) })
        },
    ]
}

/// A connection and what is still to be sent on it, byte by byte.
private final class Dripping<Connection> {
    let connection: Connection
    private let bytes: [UInt8]
    private var sent = 0

    init(_ connection: Connection, bytes: [UInt8]) {
        self.connection = connection
        self.bytes = bytes
    }

    func next() -> [UInt8] {
        defer { sent += 1 }
        return [sent < bytes.count ? bytes[sent] : 0]
    }
}

extension Attacker {
    fileprivate func drip(_ drip: Dripping<TLSPeer>) throws(HostileError) {
        try checkOpen(drip.connection)
        try drip.connection.send(drip.next())
        count("bytes")
    }
}
