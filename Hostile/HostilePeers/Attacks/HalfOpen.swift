extension Attack {
    /// Connections that never become one.
    static let halfOpen = [
        Attack(
            name: "silent", summary: "TCP connections that say nothing", threads: 4,
            connections: 1_000, memoryBytesMax: 64 << 20
        ) { attacker throws(HostileError) in
            try attacker.herd(
                every: 50, open: { () throws(HostileError) in try attacker.connect() },
                step: { socket throws(HostileError) in try attacker.checkOpen(socket) })
        },
        Attack(
            name: "half-hello", summary: "silent after their ClientHello", threads: 4,
            connections: 1_000, memoryBytesMax: 64 << 20
        ) { attacker throws(HostileError) in
            try attacker.herd(
                every: 50,
                open: { () throws(HostileError) in
                    let socket = try attacker.connect()
                    try socket.send(attacker.campaign.clientHello)
                    return socket
                },
                step: { socket throws(HostileError) in try attacker.checkOpen(socket) })
        },
        Attack(
            name: "idle", summary: "10,000 admitted connections that make no call", threads: 8,
            connections: 9_900, memoryBytesMax: (9_900 * 40) << 10
        ) { attacker throws(HostileError) in
            try attacker.herd(
                every: 200,
                open: { () throws(HostileError) in
                    // One organisation alone may not have so many.
                    try attacker.admitted(attacker.campaign.nextOrganisation())
                },
                step: { peer throws(HostileError) in try attacker.checkOpen(peer) })
        },
    ]
}
