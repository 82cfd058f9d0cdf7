import Contract

enum SystemView {
    static func table(_ systems: [System], columnsMax: Int?) -> String {
        var table = Table([
            .fixed("system"), .fixed("status"), .fixed("valid to (UTC)"),
            .fixed("registered (UTC)"), .fixed("certificate fingerprint"),
        ])
        for system in systems {
            table.add([
                system.uri, EnumText.label(system.status), Moment.text(system.notAfter),
                Moment.text(system.registerTime), system.certificateFingerprint,
            ])
        }
        return table.rendered(columnsMax: columnsMax)
    }

    static func outline(_ system: System) -> String {
        var outline = Outline()
        outline.heading(SafeText.line(system.uri))
        outline.field("status", EnumText.label(system.status))
        outline.field("fingerprint", system.certificateFingerprint)
        outline.field("serial", system.certificateSerial)
        outline.field("valid from", Moment.text(system.notBefore))
        outline.field("valid to", Moment.text(system.notAfter))
        outline.field("registered", Moment.text(system.registerTime))
        outline.field("revoked", Moment.text(system.revokeTime))
        return outline.rendered()
    }
}
