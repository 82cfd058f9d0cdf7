import Contract
import Tenancy
import Wire

/// Whether the service can do its work.
struct HealthService: HealthServiceProtocol {
    /// A database that takes longer is as good as away.
    static let timeLimit: Duration = .seconds(2)

    private static let schemaVersion = Statement(
        "health.schema-version",
        """
        SELECT max(version) AS version FROM registry.schema_version
        """)

    let database: Database
    let environment: ServiceEnvironment
    let version: String
    let isDraining: @Sendable () -> Bool
    let isSealingOverdue: @Sendable (_ municipalityCode: String?) -> Bool

    func check(_ request: CheckRequest, context: ServerContext) async throws -> CheckResponse {
        let reason = await obstacle()
        return CheckResponse.with {
            $0.status = reason == nil ? .serving : .notServing
            $0.reason = reason ?? ""
            $0.version = version
            $0.schemaVersion = UInt32(clamping: Bootstrap.tenantVersion)
        }
    }

    /// What stands in the way, as a stable reason; nil where nothing does.
    func obstacle() async -> String? {
        if isDraining() { return "DRAINING" }
        do {
            let results = try await database.run(
                [WorkStep(Self.schemaVersion)], in: Scope(role: "icds_registry_reader"),
                options: WorkOptions(readOnly: true, deadline: .now + Self.timeLimit))
            let installed: Int = try results[0].only().value("version")
            guard installed == Bootstrap.registryVersion, try tenantsFit() else {
                return "SCHEMA_VERSION"
            }
            if isSealingOverdue(nil) { return StatusMapping.auditNotSealed.reason }
            return nil
        } catch {
            return "DATABASE_UNAVAILABLE"
        }
    }

    /// Whether any municipality can be served. One that waits for its migration is answered so by
    /// itself; where all of them wait, this is the wrong program for the database.
    private func tenantsFit() throws -> Bool {
        let register = try environment.snapshot()
        let letIn = register.organisations.values.filter {
            $0.kind == .municipality && $0.status.isLetIn
        }
        return letIn.isEmpty
            || letIn.contains { register.servedVersions.contains($0.schemaVersion) }
    }
}
