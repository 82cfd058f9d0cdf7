import Logging
import NIOCore
import NIOPosix
import Synchronization

extension RPCServer {
    /// Judges the peers of open connections again and closes those that a handshake would not let in
    /// any more: a certificate on a newer revocation list (GoAway
    /// UNAUTHENTICATED/CERTIFICATE_REVOKED), one that has expired, one whose authority is not trusted
    /// any more (UNAUTHENTICATED/ADMISSION_WITHDRAWN). A connection is judged by its expiry each
    /// time, and by certificates and lists where `use` has brought others since.
    ///
    /// A list that is itself out of date closes nothing: it shuts out new connections, and open ones
    /// end with their age. Works off the event loops; to be called by one caller at a time.
    ///
    /// - Parameter now: Unix time in seconds.
    /// - Returns: how many connections were closed.
    @discardableResult
    public func recheck(now: Int64 = Timestamp.now().seconds) async -> Int {
        let context = tls.withLock { $0 }
        var verdicts = ChainVerdicts(context: context)
        var closed = 0
        for connection in core.registry.connections {
            let standing = try? await connection.eventLoop.submit {
                connection.value.standing(generation: context.generation, now: now)
            }.get()
            switch standing {
            case nil, .good?: continue
            case .expired?:
                closed += 1
                connection.eventLoop.execute {
                    connection.value.withdraw(
                        LibraryReason.admissionWithdrawn.status("the certificate has expired"))
                }
            case .toBeJudged(let chain)?:
                let failure = await verdicts.verdict(on: chain)
                closed += failure == nil ? 0 : 1
                connection.eventLoop.execute {
                    connection.value.judged(failure, by: context.generation)
                }
            }
        }
        return closed
    }
}

/// What a context says of chains, each judged once however many connections have it.
private struct ChainVerdicts {
    private let context: TLSContext
    private var known: [[UInt8]: TLSFailure?] = [:]

    init(context: TLSContext) {
        self.context = context
    }

    /// Nil where the chain is good, or where the lists cannot say at the moment.
    mutating func verdict(on chain: TLSPeerChain) async -> TLSFailure? {
        let key = chain.fingerprint
        if let verdict = known[key] { return verdict }
        let context = context
        // Where the threads have ended the process ends, too.
        var verdict = try? await NIOThreadPool.singleton.runIfActive { context.verify(chain) }
        if verdict?.reason == .revocationUnknown { verdict = nil }
        known[key] = .some(verdict)
        return verdict
    }
}

extension ServerConnection {
    fileprivate func standing(generation: UInt64, now: Int64) -> TLSHandler.Standing {
        tlsHandler?.standing(generation: generation, now: now) ?? .good
    }

    /// Takes a verdict on the peer's chain; nil is good.
    fileprivate func judged(_ failure: TLSFailure?, by generation: UInt64) {
        guard let failure else {
            tlsHandler?.judgedBy = generation
            return
        }
        logPeer(
            "a peer's certificate does not count any more", metadata: failure.logMetadata)
        if failure.reason == .revoked {
            withdraw(LibraryReason.certificateRevoked.status("the certificate has been revoked"))
        } else {
            withdraw(
                LibraryReason.admissionWithdrawn.status(
                    "the certificate is not accepted any more (\(failure.reason.rawValue))"))
        }
    }

    private var tlsHandler: TLSHandler? {
        try? context?.pipeline.syncOperations.handler(type: TLSHandler.self)
    }
}
