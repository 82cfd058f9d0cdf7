import Glibc
import Synchronization
import Wire

/// What the threads of one attack share.
final class Campaign: Sendable {
    let target: Target
    let tally: Tally
    let good: ClientIdentity
    let strange: ClientIdentity
    let anonymous: ClientIdentity
    /// Whom the server admits, one of each organisation.
    private let crowd: [ClientIdentity]
    let clientHello: [UInt8]
    private let over = Atomic(false)
    private let serial = Atomic(0)
    private let organisations = Atomic(0)

    init(_ target: Target, _ tally: Tally) throws(HostileError) {
        // OpenSSL writes to sockets that the server has closed.
        signal(SIGPIPE, SIG_IGN)
        self.target = target
        self.tally = tally
        good = try ClientIdentity(.good, target)
        strange = try ClientIdentity(.strange, target)
        anonymous = try ClientIdentity(.none, target)
        var crowd = [good]
        for path in target.crowd {
            crowd.append(try ClientIdentity(certificate: path + ".pem", key: path + ".key"))
        }
        self.crowd = crowd
        clientHello = try good.clientHello()
    }

    var isOver: Bool { over.load(ordering: .relaxed) }

    func end() { over.store(true, ordering: .relaxed) }

    /// One of the organisations, in turn.
    func nextOrganisation() -> ClientIdentity {
        crowd[organisations.add(1, ordering: .relaxed).newValue % crowd.count]
    }

    func nextNumber() -> Int { serial.add(1, ordering: .relaxed).newValue }
}

/// One thread of an attack: its tools. Every connection comes from the next address.
struct Attacker {
    let campaign: Campaign
    /// Which of the attack's threads this is.
    let index: Int
    /// Connections that this thread is to keep open, where the attack keeps any.
    let share: Int

    var isOver: Bool { campaign.isOver }

    func count(_ name: String, _ number: Int = 1) { campaign.tally.count(name, number) }

    /// A TCP connection.
    func connect(receiveBytes: Int32? = nil) throws(HostileError) -> PlainSocket {
        do {
            let socket = try PlainSocket(
                campaign.target, number: campaign.nextNumber(), receiveBytes: receiveBytes)
            count("connected")
            return socket
        } catch {
            // A server that takes no connection lets the backlog fill up.
            count("not connected")
            throw error
        }
    }

    /// A TLS connection.
    func handshake(
        _ identity: ClientIdentity? = nil, receiveBytes: Int32? = nil
    ) throws(HostileError) -> TLSPeer {
        let socket = try connect(receiveBytes: receiveBytes)
        do {
            let peer = try TLSPeer(socket, identity ?? campaign.good)
            count("handshakes")
            return peer
        } catch {
            switch error {
            case .closed: count("closed in the handshake")
            case .timeout: count("left waiting in the handshake")
            case .own: break
            }
            throw error
        }
    }

    /// A connection that the server has admitted.
    func admitted(
        _ identity: ClientIdentity? = nil, receiveBytes: Int32? = nil
    ) throws(HostileError) -> TLSPeer {
        let peer = try handshake(identity, receiveBytes: receiveBytes)
        try peer.send(FrameBytes.hello)
        let answer = try peer.receive()
        guard answer.count > 4, answer[4] == 0x0a else {
            countFarewell(answer)
            throw .closed
        }
        count("admitted")
        return peer
    }

    /// Reads what has come, so that the server is not held up, and counts a GoAway. False at the
    /// end of the connection.
    func drain(_ peer: TLSPeer, withinMilliseconds limit: Int32 = 0) -> Bool {
        var limit = limit
        while peer.isReadable(withinMilliseconds: limit) {
            limit = 0
            do throws(HostileError) {
                countFarewell(try peer.receive())
            } catch {
                if case .timeout = error { return true }
                count("closed by the server")
                return false
            }
        }
        return true
    }

    /// Lets time pass without computing.
    func pause(milliseconds: Int32) { poll(nil, 0, milliseconds) }

    /// A GoAway stands at the end of what a server sends, and often alone in its record.
    private func countFarewell(_ bytes: [UInt8]) {
        guard bytes.count > 5, bytes[4] == 0x4a,
            case .goAway(let goAway)? = try? Frame(decoding: Array(bytes.dropFirst(4))).kind
        else { return }
        count("GoAway \(goAway.reason)")
    }
}
