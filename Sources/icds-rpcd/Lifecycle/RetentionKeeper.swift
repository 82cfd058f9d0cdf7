import Logging
import Tenancy

/// Has what is past its time removed from the municipalities' feeds and idempotency keys, and from the
/// operator's keys, once an hour. Several daemons on one database may do so at once.
struct RetentionKeeper: Sendable {
    let purge: RetentionPurge
    /// The operator's own keys.
    let registryKeys: RegistryKeyPurge
    let cache: RegistryCache
    var interval: Duration = .seconds(3_600)
    /// For one municipality: what is not removed now is removed the next time.
    var timeLimit: Duration = .seconds(60)
    let logger: Logger

    /// Works until the task is cancelled.
    func run() async {
        while (try? await Task.sleep(for: interval * .random(in: 0.75...1.25))) != nil {
            await runOnce()
            await removeRegistryKeys()
        }
    }

    private func runOnce() async {
        guard let register = try? cache.current() else { return }
        let tenants = register.organisations.values.filter { $0.schemaVersion > 0 }
            .compactMap { TenantSchema(municipalityCode: $0.code) }
        var (changes, keys) = (0, 0)
        for tenant in tenants where !Task.isCancelled {
            do {
                let outcome = try await purge.run(tenant, deadline: .now + timeLimit)
                changes += outcome.changes
                keys += outcome.idempotencyKeys
            } catch {
                logger.warning(
                    "what is past its time was not removed",
                    metadata: ["tenant": "\(tenant)", "error": "\(error)"])
            }
        }
        if changes + keys > 0 {
            logger.info(
                "removed what is past its time",
                metadata: ["changes": "\(changes)", "keys": "\(keys)"])
        }
    }

    private func removeRegistryKeys() async {
        do {
            let count = try await registryKeys.run(deadline: .now + timeLimit)
            if count > 0 {
                logger.info(
                    "removed what is past its time", metadata: ["operator_keys": "\(count)"])
            }
        } catch {
            logger.warning(
                "what is past its time was not removed", metadata: ["error": "\(error)"])
        }
    }
}
