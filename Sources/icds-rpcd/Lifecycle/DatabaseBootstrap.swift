import Logging
import Tenancy

/// Makes the roles and the registry schema, as an administrator of the database.
struct DatabaseBootstrap: Sendable {
    let logger: Logger

    /// - Parameter conninfo: an administrator's connection string; it is not logged.
    func run(conninfo: String) async throws -> Bootstrap.Outcome {
        let administrator = try Databases.pool(conninfo, role: "administrator", 1, logger)
        try administrator.start()
        do {
            let outcome = try await Bootstrap(administrator: administrator).run()
            await administrator.shutdown()
            return outcome
        } catch {
            await administrator.shutdown()
            throw error
        }
    }
}
