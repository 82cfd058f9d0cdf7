import Logging
import SystemPackage
import Tenancy
import Wire

/// Registers the operators' systems that the configuration names, so that somebody can begin: all
/// others are registered by an operator over RPC. Done at every start; what is there stays.
struct OperatorRegistration: Sendable {
    let registry: Registry
    let logger: Logger

    func register(_ paths: [FilePath], today: String) async throws {
        for path in paths {
            let (certificate, name) = try Self.read(path)
            try await register(certificate, name, today: today)
        }
    }

    /// An operator's certificate, and the name in it.
    ///
    /// - Throws: `DaemonError` that names the file and what is wrong with it.
    static func read(_ path: FilePath) throws -> (Certificate, PeerName) {
        let certificate: Certificate
        let name: PeerName
        do {
            certificate = try Certificate(bytes: try path.contents(limit: 65536))
            name = try PeerName(certificate: certificate)
        } catch let error as CertificateError {
            throw DaemonError("\(path): \(error.rawValue)")
        } catch {
            throw DaemonError("\(path): \(error)")
        }
        guard name.kind == .operator else {
            throw DaemonError("\(path) is a certificate of \(name.uri), which is no operator's")
        }
        return (certificate, name)
    }

    private func register(
        _ certificate: Certificate, _ name: PeerName, today: String
    ) async throws {
        let key = OrganisationKey(kind: .operator, code: name.code)
        if try await registry.organisation(key) == nil {
            let label = RegisteredName(fi: name.code, sv: name.code, en: name.code)
            try await registry.addOrganisation(key, name: label, validFrom: today)
        }
        // One that was suspended on purpose stays so.
        if try await registry.organisation(key)?.status == .registered {
            try await registry.activate(key)
        }
        do {
            _ = try await registry.registerSystem(
                NewSystemCertificate(
                    fingerprint: certificate.fingerprint, organisation: key,
                    systemName: name.system, serial: certificate.serialNumber,
                    notBefore: SQLTimestamp(
                        microsecondsSinceEpoch: certificate.notBefore * 1_000_000),
                    notAfter: SQLTimestamp(
                        microsecondsSinceEpoch: certificate.notAfter * 1_000_000)))
        } catch RegistryError.certificateRevoked {
            logger.warning(
                "an operator's certificate of the configuration is revoked and stays so",
                metadata: ["system": "\(name.uri)"])
        }
    }
}
