import Contract
import Wire

enum TenantEventView {
    static func table(_ events: [TenantEvent], columnsMax: Int?) -> String {
        var table = Table([
            .number("number"), .fixed("time"), .fixed("code"), .fixed("what"), .flexible("who"),
            .flexible("why"), .fixed("content"), .fixed("digest"),
        ])
        for event in events {
            table.add([
                "\(event.number)", Moment.text(event.time), event.municipalityCode,
                EnumText.label(event.kind), event.actorURI, event.reason,
                String(event.contentDigest.prefix(12)), String(event.digest.prefix(12)),
            ])
        }
        return table.rendered(columnsMax: columnsMax)
    }

    static func outline(_ event: TenantEvent?) -> String {
        var outline = Outline()
        add(event ?? TenantEvent(), to: &outline)
        return outline.rendered()
    }

    static func outline(_ summary: TenantContentSummary) -> String {
        var outline = Outline()
        add(summary.event ?? TenantEvent(), to: &outline)
        outline.heading("Rows")
        for (table, count) in summary.rowsByTable.sorted(by: { $0.key < $1.key }) {
            outline.field(table, "\(count)")
        }
        return outline.rendered()
    }

    static func outline(_ answer: RestoreTenantResponse) -> String {
        var outline = Outline()
        add(answer.event ?? TenantEvent(), to: &outline)
        outline.field("rows", "\(answer.rowCount)")
        outline.field("schema version", "\(answer.schemaVersion)")
        outline.field(
            "replaced",
            answer.hasReplaced ? "a schema that is kept until `icds tenants discard-replaced`" : "")
        return outline.rendered()
    }

    private static func add(_ event: TenantEvent, to outline: inout Outline) {
        outline.heading("Municipality \(event.municipalityCode): \(EnumText.label(event.kind))")
        outline.field("time", Moment.text(event.time))
        outline.field("content", event.contentDigest)
        outline.field("record", "\(event.number)")
        outline.field("receipt", event.digest)
    }
}
