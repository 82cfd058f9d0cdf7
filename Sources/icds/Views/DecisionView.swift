import Contract

/// A sharing decision for people: what was decided, on what ground, condition by condition.
enum DecisionView {
    static func text(_ decision: Decision) -> String {
        var outline = Outline()
        outline.heading("Decision \(SafeText.line(decision.decisionID))")
        outline.field("outcome", EnumText.label(decision.outcome))
        outline.field("reason", decision.reason)
        outline.field("rule", decision.rule)
        outline.field("legal basis", decision.legalBasis)
        outline.field("statute", decision.statuteVersion)
        outline.field("recipient", decision.recipient)
        outline.field("purpose", EnumText.label(decision.purpose))
        outline.field("decided (UTC)", Moment.text(decision.decideTime))
        outline.field("released", EnumText.labels(decision.released))
        outline.field("withheld", EnumText.labels(decision.withheld))
        outline.field("masked", decision.maskedFields.joined(separator: ", "))
        outline.field("obligations", EnumText.labels(decision.obligations))
        outline.heading("Conditions")
        for condition in decision.conditions {
            outline.field(condition.met ? "met" : "not met", condition.name)
        }
        return outline.rendered()
    }
}
