import AuditProof
import Contract
import Foundation
import Logging
import Tenancy
import TestSupport
import Wire

@testable import icds

/// The real services over a real database, behind a real server, with organisations that call them by
/// `icds`; and what seals their logs.
final class ServiceSite: Sendable {
    static let origin = "icds.test/audit"

    let server: ServiceServer
    let key: SigningKey
    /// A folder of its own, gone with the value.
    let folder: String
    private let operation: IssuedCertificate
    private let municipality: IssuedCertificate

    var fixture: ServiceFixture { server.fixture }

    static func make() async throws -> ServiceSite {
        let fixture = try await ServiceFixture.make(cluster: .make())
        let server = try await ServiceServer.start(fixture)
        return try ServiceSite(
            server: server, operation: try await server.register(.operator, "test"),
            municipality: try await server.register(.municipality, ServiceFixture.tampere))
    }

    private init(
        server: ServiceServer, operation: IssuedCertificate, municipality: IssuedCertificate
    ) throws {
        self.server = server
        self.operation = operation
        self.municipality = municipality
        key = try SigningKey.generate()
        folder = "/tmp/icds-site-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: icds

    enum Caller { case operation, tampere, nobody }

    /// Runs `icds`, connected as one of the organisations.
    func icds(as caller: Caller, _ arguments: String...) async -> CommandResult {
        await CommandResult.of(arguments + connection(caller))
    }

    /// Starts the built program.
    func program(as caller: Caller, _ arguments: [String]) throws -> RunningProgram {
        try RunningProgram(
            RunningProgram.path("icds"), arguments + connection(caller),
            environment: ["HOME": "/nonexistent", "SWIFT_BACKTRACE": "enable=no"])
    }

    func connection(_ caller: Caller) -> [String] {
        let issued: IssuedCertificate
        switch caller {
        case .operation: issued = operation
        case .tampere: issued = municipality
        case .nobody: return []
        }
        guard let authority = try? TestPKI.shared.trustedAuthorityPath else { return [] }
        return [
            "--server", server.address, "--cert", issued.certificatePath, "--key", issued.keyPath,
            "--ca", authority,
        ]
    }

    // MARK: Sealing

    /// The operator's public key, as `icds-rpcd audit-key` prints it.
    var publicKey: String {
        get throws { try noteKey().text() }
    }

    /// The same where the operator's log has another name.
    func noteKey(origin: String = ServiceSite.origin) throws -> NoteKey {
        try NoteKey(name: origin, key: key.publicKey)
    }

    func sealer(
        origin: String = ServiceSite.origin, formerKeys: [NoteKey] = []
    ) -> AuditSealer {
        var settings = AuditSealer.Settings(origin: origin)
        settings.formerKeys = formerKeys
        settings.wholeRoundInterval = .zero
        return AuditSealer(
            database: fixture.sealer, key: key, settings: settings,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// A client of Tampere, seals over the rows so far, and a checkpoint.
    func round(_ sealer: AuditSealer) async throws {
        _ = try await fixture.municipality(ServiceFixture.tampere).create()
        _ = try await sealer.round(checkpointNow: true)
    }
}
