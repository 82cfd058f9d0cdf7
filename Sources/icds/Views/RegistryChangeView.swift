import Contract

enum RegistryChangeView {
    static func outline(_ change: RegistryChange) -> String {
        var outline = Outline()
        outline.heading(SafeText.line("\(change.number)  \(change.operation) \(change.table)"))
        outline.field("when", Moment.text(change.time))
        outline.field("by", SafeText.line(change.actor))
        outline.field("login", SafeText.line(change.login))
        outline.field("call", SafeText.line(change.callReference))
        outline.field("before", SafeText.line(change.oldRow))
        outline.field("after", SafeText.line(change.newRow))
        return outline.rendered()
    }
}
