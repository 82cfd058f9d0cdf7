import Contract

enum OrganisationView {
    static func table(_ organisations: [Organisation], columnsMax: Int?) -> String {
        var table = Table([
            .fixed("kind"), .fixed("code"), .flexible("name"), .fixed("status"),
            .fixed("county"), .number("schema"), .fixed("from"), .fixed("to"),
        ])
        for organisation in organisations {
            table.add([
                EnumText.label(organisation.kind), organisation.code,
                organisation.name?.fi ?? "", EnumText.label(organisation.status),
                organisation.countyCode, schema(organisation), organisation.validFrom,
                organisation.validTo,
            ])
        }
        return table.rendered(columnsMax: columnsMax)
    }

    static func outline(_ organisation: Organisation) -> String {
        var outline = Outline()
        outline.heading(name(organisation))
        outline.field("kind", EnumText.label(organisation.kind))
        outline.field("code", organisation.code)
        outline.field("Finnish", organisation.name?.fi ?? "")
        outline.field("Swedish", organisation.name?.sv ?? "")
        outline.field("English", organisation.name?.en ?? "")
        outline.field("status", EnumText.label(organisation.status))
        outline.field("in use since", Moment.text(organisation.inUseTime))
        outline.field("merged into", organisation.successorCode)
        outline.field("county", organisation.countyCode)
        outline.field("schema version", schema(organisation))
        outline.field("first day", organisation.validFrom)
        outline.field("last day", organisation.validTo)
        return outline.rendered()
    }

    /// "Tampere (municipality 837)".
    static func name(_ organisation: Organisation) -> String {
        let name = organisation.name?.fi ?? ""
        let kind = EnumText.label(organisation.kind)
        return SafeText.line(
            name.isEmpty
                ? "\(kind) \(organisation.code)" : "\(name) (\(kind) \(organisation.code))")
    }

    private static func schema(_ organisation: Organisation) -> String {
        organisation.schemaVersion == 0 ? "" : String(organisation.schemaVersion)
    }
}
