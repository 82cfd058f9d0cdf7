import Tenancy
import Wire

/// Refusals of idempotency keys (PROTOCOL.md, "Idempotency keys").
enum IdempotencyRefusals {
    static let reused = RPCStatus(
        .invalidArgument, "IDEMPOTENCY_KEY_REUSED",
        "The key was used for another call. A key is for one call, and for making that again.")

    /// The status for what a store says of a key; nil for everything else.
    static func status(of error: IsolationError) -> RPCStatus? {
        switch error {
        case .idempotencyKeyReused: reused
        case .invalidIdempotencyKey: invalid
        case .idempotencyKeysNotKept: StatusMapping.tenantBeingMigrated
        case .actorMismatch, .notARefusal: nil
        }
    }

    private static let invalid = RPCStatus(
        .invalidArgument, "INVALID_FIELD",
        "Fields of the request are wrong; the details name each of them.",
        details: [
            .fieldViolation(
                field: "idempotency_key", reason: FieldViolations.Reason.format.rawValue,
                description: "1 to 64 printable ASCII characters without a blank.")
        ])
}

extension IdempotencyClaim {
    /// Nil where the call has no key.
    init?(
        _ request: some WireMessage, _ context: ServerContext, _ keys: TenantKeys
    ) throws {
        guard let text = context.address.idempotencyKey else { return nil }
        try self.init(
            key: text, actor: context.organisation, method: context.method.fullName,
            request: try request.encoded(), tenantKeys: keys)
    }
}

extension KeyedAnswer {
    /// The operator's. Nil where the call has no key.
    init?(
        _ request: some WireMessage, _ context: ServerContext,
        encode: @escaping @Sendable (Value) throws -> [UInt8]
    ) throws {
        guard let text = context.address.idempotencyKey else { return nil }
        let claim = try RegistryClaim(
            key: text, actor: context.organisation, method: context.method.fullName,
            request: try request.encoded())
        self.init(claim, encode: encode)
    }
}

extension ServerContext {
    fileprivate var organisation: OrganisationKey {
        OrganisationKey(kind: RegisteredOrganisation.Kind(peer.kind), code: peer.code)
    }
}

extension Registry {
    /// Runs the changes of an operator's call, whose log then says whose call it was: once for an
    /// idempotency key, whose first answer is given again otherwise.
    ///
    /// - Parameter body: may be run more than once; whatever it does its transaction undoes.
    func change<Response: WireMessage>(
        for request: some WireMessage, _ context: ServerContext,
        _ body: (RegistryChanges) async throws -> Response
    ) async throws -> Response {
        try await RegistryRefusals.mapping {
            try await acting(for: RegistryCaller(context)).change(
                once: try KeyedAnswer(request, context) { try $0.encoded() },
                options: WorkOptions(deadline: context.deadline), body
            ).answer()
        }
    }
}

extension ChangeOutcome where Value: WireMessage {
    /// The answer of the first call, whichever that was.
    func answer() throws -> Value {
        switch self {
        case .made(let answer): answer
        case .repeated(let first): try Value(decoding: first.bytes)
        }
    }
}
