import Contract

/// A sharing decision in a few lines.
enum DecisionText {
    static func lines(_ decision: Decision) -> [String] {
        var lines = [
            "decision: \(Labels.text(decision.outcome)) by \(decision.rule)"
                + (decision.legalBasis.isEmpty ? "" : ", \(decision.legalBasis)")
        ]
        let conditions = decision.conditions.map { "\($0.met ? "+" : "-")\($0.name)" }
        lines.append("conditions: " + conditions.joined(separator: " "))
        if !decision.released.isEmpty {
            lines.append("released: " + Labels.text(decision.released))
        }
        lines.append("withheld: " + Labels.text(decision.withheld))
        if !decision.maskedFields.isEmpty {
            lines.append("masked: " + decision.maskedFields.joined(separator: ", "))
        }
        if !decision.obligations.isEmpty {
            lines.append("obligations: " + Labels.text(decision.obligations))
        }
        return lines
    }
}
