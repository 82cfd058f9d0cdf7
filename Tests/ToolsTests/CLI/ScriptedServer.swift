import Contract
import Logging
import Synchronization
import TestSupport
import Wire

/// A real server of the protocol whose services answer as a test says.
struct ScriptedServer {
    let address: SocketAddressDescription
    private let server: RPCServer
    let services: ScriptedServices
    private let client: IssuedCertificate
    private let authority: String

    /// Starts one for the length of `body`, with that certificate or a new one.
    static func run(
        _ services: ScriptedServices = ScriptedServices(), certificate: IssuedCertificate? = nil,
        more: [any RPCService] = [], caller: String = "urn:icds:operator:keha:admin",
        _ body: (ScriptedServer) async throws -> Void
    ) async throws {
        let pki = try TestPKI.shared
        let own = try certificate ?? pki.server()
        let tls = try TLSContext.server(
            TLSConfiguration(
                certificateChainFile: own.certificatePath, privateKeyFile: own.keyPath,
                trustedAuthorityFiles: [pki.trustedAuthorityPath]))
        let server = try RPCServer(
            configuration: ServerConfiguration(host: "127.0.0.1", port: 0, tls: tls),
            services: [
                HealthServiceBinding(services), RegistryServiceBinding(services),
                ReflectionServiceBinding(services), ConnectionServiceBinding(services),
                TestServiceBinding(StreamTestService()),
            ] + more, authority: Everybody(),
            logger: Logger(label: "test") { _ in
                SwiftLogNoOpLogHandler()
            })
        let scripted = ScriptedServer(
            address: try await server.start(), server: server, services: services,
            client: try pki.issue(uris: [caller]),
            authority: pki.trustedAuthorityPath)
        do {
            try await body(scripted)
            await server.drain(within: .seconds(5))
        } catch {
            await server.drain(within: .seconds(5))
            throw error
        }
    }

    /// Runs `icds` against this server.
    func icds(_ arguments: String...) async -> CommandResult { await icds(arguments) }

    func icds(_ arguments: [String]) async -> CommandResult {
        await CommandResult.of(arguments + connection)
    }

    /// Starts the built program with what connects to this server, and nothing of the environment.
    func program(_ arguments: [String]) throws -> RunningProgram {
        try RunningProgram(
            RunningProgram.path("icds"), arguments + connection,
            environment: ["HOME": "/nonexistent", "SWIFT_BACKTRACE": "enable=no"])
    }

    private var connection: [String] {
        [
            "--server", "\(address)", "--cert", client.certificatePath, "--key", client.keyPath,
            "--ca", authority,
        ]
    }
}

/// Lets everybody in.
private struct Everybody: ServerAuthority {
    func admit(_ peer: PeerIdentity) async throws(RPCStatus) {}
    func isAdmitted(_ peer: PeerIdentity) -> Bool { true }
    func authorize(_ context: ServerContext) async throws {}
    func recordRefusal(_ context: ServerContext, _ status: RPCStatus) async throws {}
}

/// Services that answer as a test says, and remember which municipalities are provisioned.
final class ScriptedServices: Sendable {
    let municipalities: [String]
    /// Refused, each with this status.
    let refusals: [String: RPCStatus]
    let serving: ServingStatus
    /// Whether reflection tells of the packages for tests, too.
    let tellsTesting: Bool
    let provisioned = Mutex<Set<String>>([])
    /// What the next calls fail with.
    let failures: Mutex<[RPCStatus]>
    /// Idempotency keys of the loads, in their order.
    let loadKeys = Mutex<[String]>([])

    init(
        municipalities: [String] = [], refusals: [String: RPCStatus] = [:],
        serving: ServingStatus = .serving, failures: [RPCStatus] = [], tellsTesting: Bool = false
    ) {
        self.municipalities = municipalities
        self.refusals = refusals
        self.serving = serving
        self.failures = Mutex(failures)
        self.tellsTesting = tellsTesting
    }

    func failIfAsked() throws {
        let failure = failures.withLock { $0.popLast() }
        if let failure { throw failure }
    }
}

extension ScriptedServices: HealthServiceProtocol {
    func check(_ request: CheckRequest, context: ServerContext) async throws -> CheckResponse {
        try failIfAsked()
        return CheckResponse.with {
            $0.status = serving
            $0.version = "9.9"
        }
    }
}

extension ScriptedServices: RegistryServiceProtocol {
    static let unsupported = RPCStatus(.unimplemented, "NOT_SCRIPTED", "Not in this test.")

    /// Two at a time, so that pages are followed.
    func listOrganisations(
        _ request: ListOrganisationsRequest, context: ServerContext
    ) async throws -> ListOrganisationsResponse {
        let start = Int(request.pageToken) ?? 0
        let end = min(start + 2, municipalities.count)
        return ListOrganisationsResponse.with {
            $0.organisations = municipalities[start..<end].map(organisation)
            $0.nextPageToken = end < municipalities.count ? String(end) : ""
        }
    }

    func provisionOrganisation(
        _ request: ProvisionOrganisationRequest, context: ServerContext
    ) async throws -> ProvisionOrganisationResponse {
        if let refusal = refusals[request.municipalityCode] { throw refusal }
        let isNew = provisioned.withLock { $0.insert(request.municipalityCode).inserted }
        return ProvisionOrganisationResponse.with {
            $0.organisation = organisation(request.municipalityCode)
            $0.changed = isNew
        }
    }

    func getOrganisation(
        _ request: GetOrganisationRequest, context: ServerContext
    ) async throws -> GetOrganisationResponse {
        guard municipalities.contains(request.code) else {
            throw RPCStatus(.notFound, "ORGANISATION_NOT_FOUND", "There is no such organisation.")
        }
        return GetOrganisationResponse.with { $0.organisation = organisation(request.code) }
    }

    func loadRegister(
        _ request: LoadRegisterRequest, context: ServerContext
    ) async throws -> LoadRegisterResponse {
        loadKeys.withLock { $0.append(request.idempotencyKey) }
        try failIfAsked()
        return LoadRegisterResponse.with {
            $0.municipalityCount = UInt32(request.municipalities.count)
            $0.countyCount = UInt32(request.areas.count { $0.kind == .county })
        }
    }

    func activateOrganisation(
        _ request: ActivateOrganisationRequest, context: ServerContext
    ) async throws -> ActivateOrganisationResponse { throw Self.unsupported }

    func suspendOrganisation(
        _ request: SuspendOrganisationRequest, context: ServerContext
    ) async throws -> SuspendOrganisationResponse { throw Self.unsupported }

    func getOrganisationQuota(
        _ request: GetOrganisationQuotaRequest, context: ServerContext
    ) async throws -> GetOrganisationQuotaResponse { throw Self.unsupported }

    func setOrganisationQuota(
        _ request: SetOrganisationQuotaRequest, context: ServerContext
    ) async throws -> SetOrganisationQuotaResponse { throw Self.unsupported }

    func listRegistryChanges(
        _ request: ListRegistryChangesRequest, context: ServerContext
    ) async throws -> ListRegistryChangesResponse { throw Self.unsupported }

    func registerSystem(
        _ request: RegisterSystemRequest, context: ServerContext
    ) async throws -> RegisterSystemResponse { throw Self.unsupported }

    func listSystems(
        _ request: ListSystemsRequest, context: ServerContext
    ) async throws -> ListSystemsResponse { throw Self.unsupported }

    func revokeSystem(
        _ request: RevokeSystemRequest, context: ServerContext
    ) async throws -> RevokeSystemResponse { throw Self.unsupported }

    private func organisation(_ code: String) -> Organisation {
        Organisation.with {
            $0.kind = .municipality
            $0.code = code
            $0.name = OrganisationName.with { $0.fi = "Kunta \(code)" }
            $0.status = .provisioned
        }
    }
}
