import Contract
import Wire

/// A channel to the server with what goes with every call, for the length of one command. Calls that
/// may be repeated are, a few times, where the server goes away or is busy.
struct Session: Sendable {
    let client: RPCChannel
    let callOptions: CallOptions
    let settings: ResolvedSettings
    let output: OutputOptions

    /// Connects, runs `body` and closes, also where `body` throws.
    ///
    /// Throws `UsageError` before anything is sent, `ConnectionFailure` where there is no
    /// connection, and what `body` throws.
    static func run(
        _ options: CommonOptions, user: String? = nil,
        _ body: (Session) async throws -> Void
    ) async throws {
        let settings = try options.resolved(user: user)
        let timeout = try settings.text(.timeout).map { try TimeLimit($0) } ?? .standard
        let configuration = try configuration(settings, timeout: timeout.duration)
        let client = RPCChannel(ChannelConfiguration(configuration))
        do {
            try await client.connect()
        } catch {
            await client.close()
            if Task.isCancelled { throw CancellationError() }
            throw ConnectionFailure(server: try settings.required(.server), cause: error)
        }
        let session = Session(
            client: client, callOptions: CallOptions(timeout: timeout.duration),
            settings: settings, output: options.output)
        do {
            try await body(session)
            await client.close()
        } catch {
            await client.close()
            throw error
        }
    }

    /// Throws `UsageError` for what is not given or not usable, such as a key that does not belong to
    /// its certificate.
    private static func configuration(
        _ settings: ResolvedSettings, timeout: Duration
    ) throws -> ClientConfiguration {
        let endpoint = try Endpoint(settings.required(.server))
        let files = TLSConfiguration(
            certificateChainFile: try settings.required(.cert),
            privateKeyFile: try settings.required(.key),
            trustedAuthorityFiles: [try settings.required(.ca)],
            revocation: settings.text(.crl) == nil ? .unchecked : .lists(settings.list(.crl)))
        do {
            var configuration = ClientConfiguration(
                host: endpoint.host, port: endpoint.port,
                tls: try TLSContext.client(files, serverName: endpoint.host))
            configuration.implementation = "icds/\(Version.text)"
            configuration.connectTimeout = min(timeout, configuration.connectTimeout)
            configuration.callTimeout = timeout
            return configuration
        } catch {
            throw UsageError("\(error)")
        }
    }

    /// For a call that takes long by its nature: what `--timeout` says, else `limit`.
    func longCallOptions(_ limit: Duration) -> CallOptions {
        var options = callOptions
        if settings.text(.timeout) == nil { options.timeout = limit }
        return options
    }

    /// Prints an answer: whole as JSON, or as `text` writes it for people.
    func show(_ message: some WireMessage, _ text: () -> String) {
        switch output.output {
        case .json: Terminal.write(message.json.text(indented: true) + "\n")
        case .table: Terminal.write(text())
        }
    }
}

/// No connection: unreachable, TLS failed, or the daemon did not let the certificate in.
struct ConnectionFailure: Error {
    let server: String
    let cause: any Error
}
