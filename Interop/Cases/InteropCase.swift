public import Wire

/// One of gRPC's interoperability cases in the terms of this protocol. docs/interop.md lists them.
public struct InteropCase: Sendable {
    /// gRPC's name.
    public let name: String
    private let body: @Sendable (InteropTarget) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (InteropTarget) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// Runs the case against a server of `icds.testing.v1.TestService`.
    ///
    /// - Throws: `InteropFailure` where the server did something else, `RPCStatus` where a call failed.
    public func run(_ target: InteropTarget) async throws {
        try await body(target)
    }

    /// Every case that a server can be asked for.
    public static let all: [InteropCase] = unary + streaming + cancelling + metadata + endurance
}

/// Where the server of a case is, and whom its client is.
public struct InteropTarget: Sendable {
    public var configuration: ClientConfiguration
    /// URI of the client's certificate.
    public var identity: String

    public init(configuration: ClientConfiguration, identity: String) {
        self.configuration = configuration
        self.identity = identity
    }

    /// Calls `body` with a connection of its own.
    func withClient<Value: Sendable>(
        _ body: (RPCClient) async throws -> Value
    ) async throws -> Value {
        let client = try await RPCClient.connect(configuration)
        do {
            let value = try await body(client)
            await client.close()
            return value
        } catch {
            await client.close()
            throw error
        }
    }
}

/// What a server did that the case does not allow.
public struct InteropFailure: Error, CustomStringConvertible {
    public let description: String
}

/// Fails the case unless the two are equal.
func expect<Value: Equatable>(
    _ value: Value, is expected: Value, _ what: String
) throws(InteropFailure) {
    guard value == expected else {
        throw InteropFailure(description: "\(what): \(value) in place of \(expected)")
    }
}

/// Runs something that has to fail with this code, and returns its status.
@discardableResult
func expectFailure(
    _ code: RPCCode, _ what: String, _ body: () async throws -> Void
) async throws -> RPCStatus {
    do {
        try await body()
    } catch let status as RPCStatus {
        try expect(status.code, is: code, what)
        return status
    }
    throw InteropFailure(description: "\(what): OK in place of \(code)")
}
