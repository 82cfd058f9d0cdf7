extension TLSHandler {
    /// How the peer's certificates stand after the handshake that accepted them.
    enum Standing {
        case good
        case expired
        /// Accepted by another context: to be judged by the one in use now.
        case toBeJudged(TLSPeerChain)
    }

    /// Cheap: compares two numbers. `now` is in Unix time. Before the end of the handshake everything
    /// is good, since the handshake judges.
    func standing(generation: UInt64, now: Int64) -> Standing {
        guard let validUntil else { return .good }
        guard now <= validUntil else { return .expired }
        guard judgedBy != generation, let chain = session?.peerChain() else { return .good }
        return .toBeJudged(chain)
    }
}
