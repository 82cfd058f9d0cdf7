import Contract
import Wire

enum TenantView {
    static func table(_ answer: ListTenantsResponse, columnsMax: Int?) -> String {
        var table = Table([
            .fixed("code"), .flexible("name"), .fixed("status"), .number("version"),
            .fixed("schema"), .fixed("since"), .fixed("script"), .flexible("last failure"),
        ])
        for tenant in answer.tenants {
            let organisation = tenant.organisation ?? Organisation()
            table.add([
                organisation.code, organisation.name?.fi ?? "", status(organisation),
                organisation.schemaVersion == 0 ? "" : "\(organisation.schemaVersion)",
                EnumText.label(tenant.schemaState), Moment.text(tenant.migrateTime),
                String(tenant.scriptDigest.prefix(12)), failure(tenant),
            ])
        }
        return table.rendered(columnsMax: columnsMax) + "\n" + summary(answer)
    }

    private static func failure(_ tenant: Tenant) -> String {
        tenant.failure.isEmpty
            ? "" : "\(Moment.text(tenant.failureTime)) \(tenant.failure)"
    }

    /// "12 current, 3 previous; the daemon's version is 2".
    private static func summary(_ answer: ListTenantsResponse) -> String {
        var counts: [String: Int] = [:]
        for tenant in answer.tenants { counts[EnumText.label(tenant.schemaState), default: 0] += 1 }
        let parts = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return (parts.isEmpty ? "no municipalities" : parts.joined(separator: ", "))
            + "; the daemon's version is \(answer.programVersion)\n"
    }

    /// Who must have the system in use and does not.
    static func obligation(_ tenants: [Tenant], columnsMax: Int?) -> String {
        guard let first = tenants.first else {
            return "Every municipality that must has the system in use.\n"
        }
        var table = Table([
            .fixed("code"), .flexible("name"), .fixed("status"), .number("days left"),
        ])
        for tenant in tenants {
            let organisation = tenant.organisation ?? Organisation()
            table.add([
                organisation.code, organisation.name?.fi ?? "", status(organisation),
                "\(tenant.daysLeft)",
            ])
        }
        let time =
            first.daysLeft >= 0
            ? "\(first.daysLeft) days are left" : "\(-first.daysLeft) days ago"
        return table.rendered(columnsMax: columnsMax) + "\n"
            + "\(tenants.count) do not have the system in use; they must from "
            + "\(first.mandatoryFrom) on (681/2023, section 102): \(time)\n"
    }

    /// A municipality that is active has the system in use.
    static func status(_ organisation: Organisation) -> String {
        if organisation.status == .active { return "in use" }
        let label = EnumText.label(organisation.status)
        return organisation.successorCode.isEmpty
            ? label : "\(label), now \(organisation.successorCode)"
    }
}
