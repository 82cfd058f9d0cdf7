import Contract
import Wire

enum KeyView {
    static func table(_ answer: ListKeysResponse, columnsMax: Int?) -> String {
        var table = Table([
            .fixed("code"), .fixed("generations"), .fixed("master key"), .fixed("rotation"),
            .fixed("progress"), .fixed("ordered"), .flexible("failure"),
        ])
        for keys in answer.municipalities {
            let rotation = keys.rotation ?? KeyRotation()
            table.add([
                keys.municipalityCode, keys.generations.map(generation).joined(separator: ", "),
                masters(keys).joined(separator: ", "), state(rotation), progress(rotation),
                Moment.text(rotation.orderTime), rotation.failure,
            ])
        }
        return table.rendered(columnsMax: columnsMax) + "\n" + summary(answer)
    }

    /// "2 current", "1 retired (3 answers)"
    private static func generation(_ generation: KeyGeneration) -> String {
        let answers = generation.answerCount > 0 ? " (\(generation.answerCount) answers)" : ""
        return "\(generation.number) \(EnumText.label(generation.state))\(answers)"
    }

    private static func masters(_ keys: MunicipalityKeys) -> [String] {
        Set(keys.generations.map(\.masterKeyID)).sorted()
    }

    private static func state(_ rotation: KeyRotation) -> String {
        let kind = EnumText.label(rotation.kind)
        return kind.isEmpty ? "" : "\(kind) \(EnumText.label(rotation.state))"
    }

    private static func progress(_ rotation: KeyRotation) -> String {
        switch rotation.state {
        case .building, .clearing: "\(rotation.doneCount)/\(rotation.rowCount)"
        default: ""
        }
    }

    /// Which master keys are there, and which are needed.
    private static func summary(_ answer: ListKeysResponse) -> String {
        var counts: [String: Int] = [:]
        for keys in answer.municipalities {
            for id in masters(keys) { counts[id, default: 0] += 1 }
        }
        var text = ""
        for (index, id) in answer.masterKeyIds.enumerated() {
            text += "master key \(id)\(index == 0 ? ", in use" : ""): "
            text += "wraps keys of \(counts[id] ?? 0) municipalities\n"
        }
        for (id, count) in counts.sorted(by: { $0.key < $1.key })
        where !answer.masterKeyIds.contains(id) {
            text += "master key \(SafeText.line(id)), NOT KNOWN to the daemon: "
            text += "wraps keys of \(count) municipalities\n"
        }
        return text
    }
}
