import Contract

enum AccessView {
    static func table(_ accesses: [Access], columnsMax: Int?) -> String {
        var table = Table([
            .number("no"), .fixed("time (UTC)"), .fixed("who"), .flexible("user"),
            .flexible("method"), .fixed("outcome"), .flexible("refused because"),
            .flexible("purpose"), .fixed("rule"), .flexible("stated reason"),
        ])
        for access in accesses {
            table.add([
                String(access.sequence), Moment.text(access.accessTime), actor(access),
                access.userID, method(access), EnumText.label(access.outcome),
                access.refusalReason, EnumText.label(access.purpose), access.rule,
                access.statedReason,
            ])
        }
        return table.rendered(columnsMax: columnsMax)
    }

    /// "county:08:casework".
    private static func actor(_ access: Access) -> String {
        "\(EnumText.label(access.actorKind)):\(access.actorCode):\(access.actorSystem)"
    }

    /// Without the package: "SharingService/Fetch".
    private static func method(_ access: Access) -> String {
        let package = "icds.v1."
        return access.method.hasPrefix(package)
            ? String(access.method.dropFirst(package.count)) : access.method
    }
}
