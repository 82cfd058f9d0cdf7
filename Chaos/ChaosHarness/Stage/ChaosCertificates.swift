import Rehearsal
import Wire

/// Development certificates of the daemon and of everybody who calls it.
struct ChaosCertificates: Sendable {
    enum Owner: Sendable, Hashable {
        case server
        case `operator`
        case municipality(String)
        case county(String)

        /// Kind, code and system, as the script that makes certificates takes them.
        var identity: String {
            switch self {
            case .server: "server"
            case .operator: "operator:keha:admin"
            case .municipality(let code): "municipality:\(code):casework"
            case .county(let code): "county:\(code):casework"
            }
        }
    }

    let folder: String
    var authority: String { folder + "/ca.pem" }

    /// Makes those of all owners, by the project's script.
    init(in run: RunFolder, script: String, owners: [Owner]) async throws {
        folder = run.certificates
        try await Command.run(
            script, ["--output", folder] + owners.map(\.identity), log: run.log("certificates"))
    }

    func file(_ owner: Owner, _ ending: String) -> String {
        let name = owner.identity.split(separator: ":").joined(separator: "-")
        return "\(folder)/\(name).\(ending)"
    }

    /// A channel to the daemon that comes back soon after it was lost.
    func channel(
        of owner: Owner, port: Int, retry: RetryPolicy = RetryPolicy()
    ) throws -> RPCChannel {
        let tls = try TLSContext.client(
            TLSConfiguration(
                certificateChainFile: file(owner, "pem"), privateKeyFile: file(owner, "key"),
                trustedAuthorityFiles: [authority]),
            serverName: "127.0.0.1")
        var endpoint = ClientConfiguration(host: "127.0.0.1", port: port, tls: tls)
        endpoint.implementation = "icds-chaos"
        endpoint.connectTimeout = .seconds(3)
        var configuration = ChannelConfiguration(endpoint)
        configuration.backoff.initial = .milliseconds(50)
        configuration.backoff.max = .milliseconds(500)
        configuration.retry = retry
        return RPCChannel(configuration)
    }
}
