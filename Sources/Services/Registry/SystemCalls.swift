import AuditProof
import Contract
import Tenancy
import Wire

/// Registers a system by its certificate.
struct RegisterSystem: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: RegisterSystemRequest, _ context: ServerContext
    ) async throws -> RegisterSystemResponse {
        var violations = FieldViolations()
        let certificate = OfferedCertificate.check(
            request.certificate, now: Timestamp.now().seconds, &violations)
        try violations.throwIfAny()
        guard let certificate else { throw RegistryRefusals.systemNotFound }
        return try await environment.registry.change(for: request, context) { changes in
            let registered = try await changes.registerSystem(certificate)
            return RegisterSystemResponse.with { $0.system = System(registered) }
        }
    }
}

/// Revokes one certificate at once and for good. Its connections are closed with the registry's next
/// snapshot, which the change itself has read.
struct RevokeSystem: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: RevokeSystemRequest, _ context: ServerContext
    ) async throws -> RevokeSystemResponse {
        let fingerprint = try validated(request)
        return try await environment.registry.change(for: request, context) { changes in
            let revoked = try await changes.revokeSystem(
                fingerprint: fingerprint, reason: request.reason)
            return RevokeSystemResponse.with { $0.system = System(revoked) }
        }
    }

    private func validated(_ request: RevokeSystemRequest) throws -> [UInt8] {
        var violations = FieldViolations()
        violations.check(request.reason, at: "reason", lengthMax: 500)
        let text = request.certificateFingerprint
        let fingerprint = text.utf8.count == 64 ? Hex.decode(text) : nil
        if fingerprint == nil {
            violations.add(
                "certificate_fingerprint", .format,
                "SHA-256 of the certificate: 64 lower-case hexadecimal digits.")
        }
        try violations.throwIfAny()
        return fingerprint ?? []
    }
}
