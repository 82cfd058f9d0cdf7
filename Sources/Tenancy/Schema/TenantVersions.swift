/// Versions of the tenants' schemas that this program works with.
public enum TenantVersions {
    /// What provisioning and migrating lead to.
    public static var latest: Int { SchemaScripts.tenant.latestVersion }

    /// Its own and the one before, so that tenants are migrated one after the other while all of them
    /// are served.
    public static var served: ClosedRange<Int> { served(of: SchemaScripts.tenant) }

    static func served(of scripts: [SchemaScript]) -> ClosedRange<Int> {
        let latest = max(1, scripts.latestVersion)
        return max(1, latest - 1)...latest
    }
}
