import Contract
import Tenancy
import Wire

/// What the work on whole tenants has in common.
extension ServiceEnvironment {
    /// FAILED_PRECONDITION/NOT_A_MUNICIPALITY for what cannot be one's code.
    func tenant(_ municipalityCode: String) throws(RPCStatus) -> TenantSchema {
        guard let tenant = TenantSchema(municipalityCode: municipalityCode) else {
            throw RegistryRefusals.onlyMunicipalitiesAreTenants
        }
        return tenant
    }

    /// After a tenant's schema was replaced or has gone: the registry counts at once, and with its new
    /// version no key of the old one is used.
    func noteReplaced() async {
        // What the database keeps is found at the next look as well.
        try? await registryCache.reload()
    }
}

/// Gives a tenant's whole content as an encrypted file.
struct ExportTenant: Sendable {
    /// Well below what a message may have.
    static let chunkBytesMax = 262_144

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ExportTenantRequest, _ responses: ResponseWriter<ExportTenantResponse>,
        _ context: ServerContext
    ) async throws {
        let tenant = try environment.tenant(request.municipalityCode)
        let summary = try await RegistryRefusals.mapping {
            try await TenantRefusals.mapping {
                try await environment.transfer.export(
                    tenant, order: TenantOrder(context), deadline: context.deadline
                ) { bytes in
                    for start in stride(from: 0, to: bytes.count, by: Self.chunkBytesMax) {
                        let end = min(bytes.count, start + Self.chunkBytesMax)
                        try await responses.send(
                            .with { $0.part = .chunk(Array(bytes[start..<end])) })
                    }
                }
            }
        }
        try await responses.send(
            .with {
                $0.part = .summary(
                    .with {
                        $0.rowsByTable = summary.rowsByTable.mapValues { UInt64(clamping: $0) }
                        $0.contentDigest = summary.contentDigest
                        $0.event = TenantEvent(summary.event)
                    })
            })
    }
}
