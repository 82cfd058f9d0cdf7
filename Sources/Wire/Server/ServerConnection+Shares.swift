import NIOCore

/// What a connection takes of its organisation's share and of the server's, and gives back.
extension ServerConnection {
    /// Takes the places of a call and of its handler.
    ///
    /// - Throws: why there is none; then nothing was taken.
    func takePlaces(requestBytes: Int) throws(RPCStatus) {
        let limits = core.limits
        guard runningHandlers < limits.connectionHandlersMax else {
            throw LibraryReason.tooManyRunningHandlers.status(
                "handlers of this connection's cancelled calls have yet to finish",
                retryAfterMilliseconds: 100)
        }
        if let organisation {
            guard organisation.openCall(limit: limits.organisationCallsMax) else {
                throw Self.organisationBusy
            }
            guard organisation.startHandler(limit: limits.organisationHandlersMax) else {
                organisation.endCall()
                throw Self.organisationBusy
            }
        }
        guard core.counters.openCall(limit: limits.serverCallsMax) else {
            leaveOrganisation()
            throw Self.serverBusy
        }
        guard core.counters.startHandler(limit: limits.serverHandlersMax) else {
            core.counters.endCall()
            leaveOrganisation()
            throw Self.serverBusy
        }
        let room = hold(bytes: requestBytes)
        guard room == .enough || requestBytes <= Limits.smallRequestBytesMax else {
            leaveHandlerPlace(requestBytes: requestBytes)
            leaveCallPlace()
            throw room == .organisationIsFull ? Self.organisationBusy : Self.serverBusy
        }
    }

    private static let organisationBusy = LibraryReason.organisationBusy.status(
        "the organisation has as many calls under way as it may", retryAfterMilliseconds: 100)
    private static let serverBusy = LibraryReason.serverBusy.status(
        "the server runs as many calls as it can", retryAfterMilliseconds: 100)

    private func leaveOrganisation() {
        guard let organisation else { return }
        organisation.endCall()
        core.organisations.endHandler(of: organisation)
    }

    /// A call is no longer open.
    func leaveCallPlace() {
        organisation?.endCall()
        core.counters.endCall()
    }

    /// A handler has returned, and what its request took is free.
    func leaveHandlerPlace(requestBytes: Int) {
        release(bytes: requestBytes)
        if let organisation { core.organisations.endHandler(of: organisation) }
        core.counters.endHandler()
    }

    // MARK: Bytes

    /// Whether there is room for bytes of requests.
    enum Room { case enough, serverIsFull, organisationIsFull }

    /// Takes room for bytes of requests, whether there is enough or not.
    func hold(bytes: Int) -> Room {
        guard bytes != 0 else { return .enough }
        let ofServer = core.counters.holdRequest(bytes: bytes)
        let ofOrganisation = organisation?.hold(bytes: bytes) ?? 0
        if ofServer > core.limits.serverRequestBytesMax { return .serverIsFull }
        let isFull = ofOrganisation > core.limits.organisationRequestBytesMax
        return isFull ? .organisationIsFull : .enough
    }

    func release(bytes: Int) {
        guard bytes != 0 else { return }
        core.counters.releaseRequest(bytes: bytes)
        _ = organisation?.hold(bytes: -bytes)
    }

    /// Whether so much is held that streams get no more credit for the time being.
    var isHoldingTooMuch: Bool {
        core.counters.bytesHeld * 2 > core.limits.serverRequestBytesMax
            || (organisation?.bytesHeld ?? 0) * 2 > core.limits.organisationRequestBytesMax
    }

    /// Takes room for a message that waits in a stream. A small one that is alone there is taken
    /// whatever else is held, like a small request.
    ///
    /// - Returns: false where there is none; then nothing was taken.
    func holdStream(payloadBytes: Int, in stream: ServerStream) -> Bool {
        let isFree = stream.heldBytes == 0 && payloadBytes <= Limits.smallRequestBytesMax
        let bytes = CreditWindow.cost(of: payloadBytes)
        if hold(bytes: bytes) == .enough || isFree { return true }
        release(bytes: bytes)
        return false
    }
}
