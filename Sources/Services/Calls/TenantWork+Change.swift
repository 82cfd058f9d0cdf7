import Contract
import Tenancy
import Wire

extension TenantWork {
    /// Runs work that changes the municipality's records, with its row in the log: once for an
    /// idempotency key, whose first answer is given again otherwise. To be used inside `perform`.
    ///
    /// A refusal has no effect and leaves the key free: it is judged anew each time.
    ///
    /// - Parameters:
    ///   - categories: groups of section 73 that the answer can have.
    ///   - body: may be run more than once; whatever it does its transaction undoes.
    func change<Response: WireMessage>(
        _ request: some WireMessage, _ call: TenantCall, about subject: AuditSubject,
        reading categories: [DataCategory] = [], _ body: (Transaction) async throws -> Response
    ) async throws -> Response {
        try await refusing(call) { keys in
            let claim = try IdempotencyClaim(request, call.context, keys)
            return try await store.change(
                in: call.tenant, once: claim, options: call.options,
                answer: { try $0.encoded() },
                repeated: { _ in call.entry(subject, reading: categories) }
            ) { transaction in
                Audited(try await body(transaction), call.entry(subject, reading: categories))
            }.answer()
        }
    }

    /// The same for statements whose answer is known before they are sent, but for the moment of their
    /// transaction: one round trip.
    ///
    /// - Parameters:
    ///   - subject: whom an answer is about.
    ///   - categories: groups of section 73 that the answer can have.
    ///   - made: the answer from the statements' results.
    ///   - stamp: puts the moment of the transaction into the answer that was kept.
    func change<Response: WireMessage>(
        _ request: some WireMessage, _ call: TenantCall, steps: [WorkStep], expecting: Response,
        about subject: (Response) -> AuditSubject, reading categories: [DataCategory],
        made: ([SQLResult]) throws -> Response,
        stamp: (inout Response, SQLTimestamp) -> Void
    ) async throws -> Response {
        try await refusing(call) { keys in
            let outcome = try await store.change(
                steps, in: call.tenant, once: try IdempotencyClaim(request, call.context, keys),
                options: call.options, answer: try expecting.encoded(),
                audit: call.entry(subject(expecting), reading: categories),
                repeated: {
                    call.entry(
                        subject(try Response(decoding: $0.bytes)), reading: categories)
                })
            switch outcome {
            case .made(let results): return try made(results)
            case .repeated(let first):
                var response = try Response(decoding: first.bytes)
                stamp(&response, first.time)
                return response
            }
        }
    }

    private func refusing<Value>(
        _ call: TenantCall, _ body: (TenantKeys) async throws -> Value
    ) async throws -> Value {
        do {
            return try await keys.using(call.tenant, body)
        } catch let error as IsolationError {
            guard let status = IdempotencyRefusals.status(of: error) else { throw error }
            // Nothing was looked at where it is only a matter of time.
            if status.code == .unavailable { throw status }
            throw RefusedWork(status)
        }
    }
}
