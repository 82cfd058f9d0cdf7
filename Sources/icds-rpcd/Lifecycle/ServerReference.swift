import Contract
import Services
import Synchronization
import Tenancy
import Wire

/// The server, for those who were there before it.
final class ServerReference: Sendable {
    private let server = Mutex<RPCServer?>(nil)
    private let madeAt = Timestamp.now()

    var current: RPCServer? { server.withLock { $0 } }

    func set(_ server: RPCServer) { self.server.withLock { $0 = server } }

    /// Closes the connections of peers that the registry no longer lets in.
    func disconnectUnwelcome(by snapshot: RegistrySnapshot) {
        current?.disconnect { peer in
            !snapshot.isAdmitted(fingerprint: peer.certificateFingerprint, uri: peer.uri)
        }
    }
}

extension ServerReference: ConnectionDirectory {
    func connections() async -> [Connection] {
        await current?.connections().map { Connection($0) } ?? []
    }

    func totals() async -> ServerTotals {
        guard let statistics = current?.statistics else { return ServerTotals() }
        return ServerTotals.with {
            $0.startedAt = madeAt
            $0.connectionsOpen = UInt32(clamping: statistics.openConnections)
            $0.connectionsAccepted = UInt64(clamping: statistics.connectionsAccepted)
            $0.handshakesCompleted = UInt64(clamping: statistics.handshakesCompleted)
            $0.handshakesFailed = UInt64(clamping: statistics.handshakesFailed)
            $0.handlersRunning = UInt32(clamping: statistics.runningHandlers)
            $0.callsStarted = UInt64(clamping: statistics.callsReceived)
            $0.callsSucceeded = UInt64(clamping: statistics.callsSucceeded)
            $0.bytesReceived = UInt64(clamping: statistics.bytesReceived)
            $0.bytesSent = UInt64(clamping: statistics.bytesSent)
            $0.endsByReason = ReasonCount.list(statistics.endsByReason)
        }
    }
}

extension Connection {
    init(_ info: ConnectionInfo) {
        let tally = info.tally
        self = Connection.with {
            $0.id = info.id
            $0.reference = info.reference
            $0.remoteAddress = info.address
            $0.openedAt = info.openedAt
            $0.ageMilliseconds = UInt64(clamping: info.ageMilliseconds)
            $0.callsStarted = UInt64(clamping: tally.callsStarted + tally.callsRejected)
            $0.callsSucceeded = UInt64(clamping: tally.callsSucceeded)
            $0.callsFailed = UInt64(clamping: tally.callsFailed + tally.callsRejected)
            $0.callsOpen = UInt32(clamping: info.openCalls)
            $0.messagesReceived = UInt64(clamping: tally.messagesReceived)
            $0.messagesSent = UInt64(clamping: tally.messagesSent)
            $0.bytesReceived = UInt64(clamping: tally.bytesReceived)
            $0.bytesSent = UInt64(clamping: tally.bytesSent)
            $0.lastCallAt = info.lastCallAt
            $0.rejections = ReasonCount.list(tally.rejectionsByReason)
            if let peer = info.peer {
                $0.peerURI = peer.uri
                $0.organisationKind = OrganisationKind(peer.kind)
                $0.organisationCode = peer.code
            }
            if let session = info.session {
                $0.tlsVersion = session.protocolVersion
                $0.tlsCipher = session.cipher
                $0.certificateNotAfter = session.certificateNotAfter
            }
        }
    }
}

extension ReasonCount {
    fileprivate static func list(_ counts: [String: Int]) -> [ReasonCount] {
        counts.sorted { $0.key < $1.key }.map { reason, count in
            ReasonCount.with {
                $0.reason = reason
                $0.count = UInt64(clamping: count)
            }
        }
    }
}
