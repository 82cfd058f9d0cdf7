import Wire

/// One call of any of the four kinds, from JSON to JSON, by the types that the server told.
struct MethodCall: Sendable {
    /// Where the requests come from.
    enum Requests: Sendable {
        case values([JSONValue])
        /// One a line, each sent as it comes.
        case standardInput(bytesMax: Int)
    }

    let session: Session
    let types: DescriptorSet
    let method: DynamicMethod
    /// The access context for requests of personal data that have none.
    let access: JSONValue?

    var name: String { method.descriptor.fullName }
    private var kind: CallKind { method.descriptor.kind }
    var takesStream: Bool { kind == .clientStream || kind == .bidirectional }

    func run(_ requests: Requests) async throws {
        switch (kind, requests) {
        case (.unary, .values(let values)):
            let request = withKey(values.first ?? .object([]))
            let mayBeRepeated =
                method.descriptor.isIdempotent || method.descriptor.hasNoSideEffects
                || keyNames.contains { request[$0]?.stringValue?.isEmpty == false }
            let answer = try await session.client.callRaw(
                method: name, payload: try encoded(request), isIdempotent: mayBeRepeated,
                options: session.callOptions)
            Terminal.write(try decoded(answer).text(indented: true) + "\n")
        case (.serverStream, .values(let values)):
            let call = try await session.client.openRaw(
                kind, method: name, payload: try encoded(values.first ?? .object([])),
                options: session.callOptions)
            try await read(call)
        case (.unary, .standardInput), (.serverStream, .standardInput):
            throw UsageError("\(name) takes one request")
        case (.clientStream, _), (.bidirectional, _):
            try await stream(requests)
        }
    }

    /// Writes and reads at once: a server may answer before it has read everything.
    private func stream(_ requests: Requests) async throws {
        let call = try await session.client.openRaw(
            kind, method: name, payload: nil, options: session.callOptions)
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await write(requests, to: call)
                return false
            }
            group.addTask {
                try await read(call)
                return true
            }
            do {
                // Once the server has ended the call, nothing more is to be sent.
                while let hasEnded = try await group.next(), !hasEnded {}
                group.cancelAll()
                while (try? await group.next()) != nil {}
            } catch {
                call.cancel()
                group.cancelAll()
                throw error
            }
        }
    }

    private func write(_ requests: Requests, to call: RawCall) async throws {
        switch requests {
        case .values(let values):
            for value in values { try await call.send(try encoded(value)) }
        case .standardInput(let bytesMax):
            var lines = InputLines(bytesMax: bytesMax)
            while let line = try await lines.next() {
                try await call.send(try encoded(try CallCommand.json(parsing: line)))
            }
        }
        call.finish()
    }

    /// Prints each answer on a line of its own, as it comes.
    private func read(_ call: RawCall) async throws {
        while let answer = try await call.next() {
            Terminal.write(try decoded(answer).text() + "\n")
        }
    }

    // MARK: Messages

    private func encoded(_ json: JSONValue) throws -> [UInt8] {
        let type = method.descriptor.requestType
        do {
            return try DynamicMessage(type, of: types, json: completed(json)).encoded()
        } catch let error as JSONError {
            throw UsageError("the request is no \(type): \(error)")
        }
    }

    private func decoded(_ bytes: [UInt8]) throws -> JSONValue {
        try DynamicMessage(method.descriptor.responseType, of: types, decoding: bytes).json
    }

    /// Names of the request's field for an idempotency key, in JSON and in the contract; none where it
    /// takes none.
    private var keyNames: [String] {
        let fields = types.messages[method.descriptor.requestType]?.fields ?? []
        return fields.first { $0.takesIdempotencyKey }.map { [$0.jsonName, $0.name] } ?? []
    }

    /// The request with a key of its own where it takes one and has none, so that it has its effect
    /// once even where it has to be made again. An empty one is none, as the contract has it.
    private func withKey(_ request: JSONValue) -> JSONValue {
        let names = keyNames
        guard let members = request.members, let name = names.first else { return request }
        let others = members.filter { member in
            !names.contains(member.name) || ![.null, .string("")].contains(member.value)
        }
        guard !others.contains(where: { names.contains($0.name) }) else { return request }
        let key = JSONValue.string(IdempotencyKey.random())
        return .object(others + [JSONMember(name: name, value: key)])
    }

    /// The request with an access context where it needs one, has none and the command line gives
    /// one.
    private func completed(_ request: JSONValue) -> JSONValue {
        let fields = types.messages[method.descriptor.requestType]?.fields ?? []
        guard method.descriptor.isAudited, let access, let members = request.members,
            request["access"] == nil, fields.contains(where: { $0.name == "access" })
        else { return request }
        return .object([JSONMember(name: "access", value: access)] + members)
    }
}
