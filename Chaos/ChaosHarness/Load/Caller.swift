import Contract
import Synchronization
import Wire

/// A system that calls, and writes into the ledger what it asked for and what it was told.
struct Caller: Sendable {
    /// What came of a call.
    enum Answer<Response: Sendable>: Sendable {
        case answered(Response)
        /// The service says no, for good.
        case refused(RPCStatus)
        /// No answer, and nobody asked again.
        case given(up: WriteOutcome)
    }

    /// A call is told off after so long and made again.
    static let timeout = Duration.seconds(4)
    /// So long somebody asks again before that is a finding; longer than the longest fault.
    static let patience = Duration.seconds(150)

    let municipality: String
    let userID: String
    let channel: RPCChannel
    /// The same, but it makes nothing again of its own: what its last attempt failed with says all.
    let singleChannel: RPCChannel
    let ledger: Ledger

    func access(_ purpose: Purpose, _ reason: String) -> AccessContext {
        .with {
            $0.userID = userID
            $0.purpose = purpose
            $0.reason = reason
        }
    }

    /// A reason that no other call states.
    func newReason() -> String { "chaos call \(ledger.number())" }

    /// Makes a call until it is answered or refused.
    ///
    /// - Parameters:
    ///   - given: the reason of an earlier call, to ask for the same once more.
    ///   - once: do not ask again where no answer comes.
    ///   - body: gets the access context. It is the same for each attempt to write, which a key may make one;
    ///     each attempt to read states a reason of its own, so that the answered one needs its own row.
    /// - Throws: `CancellationError`.
    func ask<Response: Sendable>(
        _ method: MethodDescriptor, for purpose: Purpose = .integrationServices,
        reason given: String? = nil, once: Bool = false, about subject: Subject<Response>,
        _ body: (RPCChannel, AccessContext, CallOptions) async throws -> Response
    ) async throws -> Answer<Response> {
        let first = given ?? newReason()
        var (place, reason) = began(method, first)
        let isWrite = !method.hasNoSideEffects
        if isWrite { ledger.writeBegan() }
        var attempts = 0
        var isAcknowledged = false
        defer {
            if isWrite { ledger.writeEnded(isAcknowledged: isAcknowledged, attempts: attempts) }
        }
        let end = ContinuousClock.now + Self.patience
        while true {
            attempts += 1
            let metadata = ResponseMetadata()
            do {
                let response = try await body(
                    once || !isWrite ? singleChannel : channel, access(purpose, reason),
                    CallOptions(timeout: Self.timeout, responseMetadata: metadata))
                keepCheckpoint(metadata.trailing)
                isAcknowledged = true
                ledger.ended(place, .answered(clientID: subject.clientID(response)))
                return .answered(response)
            } catch let status as RPCStatus {
                keepCheckpoint(metadata.trailing)
                ledger.note(status: "\(status.code)/\(status.reason)")
                switch Verdict(status) {
                case .refused:
                    ledger.ended(place, .refused(reason: status.reason))
                    return .refused(status)
                case .defect:
                    ledger.find(
                        Finding(.answer, "\(method.fullName): \(status.reason) \(status.message)"))
                    if once { return .given(up: .unknown) }
                case .unchanged where once: return .given(up: .unchanged)
                case .unknown where once: return .given(up: .unknown)
                case .unchanged, .unknown: break
                }
                try await pause(status, attempts)
            }
            guard ContinuousClock.now < end else {
                ledger.find(
                    Finding(.availability, "\(method.fullName): no answer in \(Self.patience)"))
                return .given(up: .unknown)
            }
            if !isWrite { (place, reason) = began(method, "\(first), attempt \(attempts + 1)") }
        }
    }

    private func began(_ method: MethodDescriptor, _ reason: String) -> (place: Int, String) {
        let access = Access(
            municipality: municipality, method: method.fullName, reason: reason)
        return (ledger.began(access), reason)
    }

    /// What the municipality holds of a client.
    func get(_ clientID: String) async throws -> Answer<GetClientResponse> {
        try await ask(ClientServiceMethods.getClient, about: .client(clientID)) {
            channel, access, options in
            try await ClientServiceClient(channel).getClient(
                .with {
                    $0.access = access
                    $0.clientID = clientID
                }, options: options)
        }
    }

    /// Before the next attempt.
    private func pause(_ status: RPCStatus, _ attempts: Int) async throws {
        let asked = status.retryAfterMilliseconds.map { Duration.milliseconds(Int64($0)) }
        let own = Duration.milliseconds(20 << min(attempts, 4))
        try await Task.sleep(for: min(asked ?? own, .seconds(1)) * Double.random(in: 0.5...1))
    }

    private func keepCheckpoint(_ trailing: Metadata) {
        guard let note = trailing.entries.first(where: { $0.key == "icds-checkpoint-bin" }) else {
            return
        }
        ledger.change { $0.checkpoints.insert(String(decoding: note.value, as: UTF8.self)) }
    }
}
