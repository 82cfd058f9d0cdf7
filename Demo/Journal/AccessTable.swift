import Contract

/// The log of accesses to a client as a table.
enum AccessTable {
    static func text(_ accesses: [Access]) -> String {
        let titles = ["NO", "WHO", "METHOD", "OUTCOME", "RULE", "PURPOSE", "REASON GIVEN"]
        let rows = accesses.map { access in
            let outcome = Labels.text(access.outcome)
            return [
                "\(access.sequence)",
                "\(Labels.text(access.actorKind)):\(access.actorCode) \(access.userID)",
                access.method.split(separator: "/").last.map(String.init) ?? "",
                access.refusalReason.isEmpty ? outcome : "\(outcome): \(access.refusalReason)",
                access.rule, Labels.text(access.purpose), access.statedReason,
            ]
        }
        let widths = titles.indices.map { column in
            ([titles] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([titles] + rows).map { row in
            var line = "     "
            for (column, value) in row.enumerated() {
                let isLast = column == row.count - 1
                let space = String(repeating: " ", count: widths[column] - value.count + 2)
                line += isLast ? value : value + space
            }
            return line
        }.joined(separator: "\n")
    }
}
