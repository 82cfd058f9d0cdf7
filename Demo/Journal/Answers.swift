import Contract

/// What is shown of an answer.
enum Answers {
    static func lines(_ answer: CheckResponse) -> [String] {
        ["\(Labels.text(answer.status)), schema version \(answer.schemaVersion)"]
    }

    static func lines(_ answer: LoadRegisterResponse) -> [String] {
        [
            "\(answer.municipalityCount) municipalities and \(answer.countyCount) counties today, "
                + "\(answer.changedCount) rows changed"
        ]
    }

    static func lines(_ answer: ActivateOrganisationResponse) -> [String] {
        answer.organisation.map { [Labels.text($0.status)] } ?? []
    }

    static func lines(_ answer: RegisterSystemResponse) -> [String] {
        answer.system.map { ["\($0.uri) \(Labels.text($0.status))"] } ?? []
    }

    /// "308 municipality: 306 provisioned, 2 active".
    static func lines(_ answer: ListOrganisationsResponse) -> [String] {
        Dictionary(grouping: answer.organisations) { Labels.text($0.kind) }
            .sorted { $0.key < $1.key }
            .map { kind, members in
                let byStatus = Dictionary(grouping: members) { Labels.text($0.status) }
                    .sorted { $0.key < $1.key }
                    .map { "\($0.value.count) \($0.key)" }
                return "\(members.count) \(kind): " + byStatus.joined(separator: ", ")
            }
    }

    static func lines(_ answer: ListSystemsResponse) -> [String] {
        answer.systems.map {
            "\($0.uri) \(Labels.text($0.status)) \($0.certificateFingerprint.prefix(16))…"
        }
    }

    static func lines(_ answer: CreateClientResponse) -> [String] {
        ["client \(answer.client?.clientID ?? "")"]
    }

    static func lines(_ answer: FindClientResponse) -> [String] {
        ["client \(answer.client?.clientID ?? "")"]
    }

    static func lines(_ answer: StartAssessmentResponse) -> [String] {
        ["assessment \(answer.assessment?.assessmentID ?? "")"]
    }

    static func lines(_ answer: InviteCountyResponse) -> [String] {
        ["county \(answer.participation?.countyCode ?? ""), case reference handed over"]
    }

    static func lines(_ answer: AcceptParticipationResponse) -> [String] {
        [answer.participation?.acceptTime == nil ? "not accepted" : "accepted"]
    }

    static func lines(_ answer: CompleteAssessmentResponse) -> [String] {
        answer.assessment.map { [Labels.text($0.status)] } ?? []
    }

    static func lines(_ answer: ExplainResponse) -> [String] {
        answer.decision.map(DecisionText.lines) ?? []
    }

    static func lines(_ answer: FetchResponse) -> [String] {
        let sources = answer.sources.map {
            "\(Labels.text($0.category)) from \(Labels.text($0.kind))"
        }
        return (answer.decision.map(DecisionText.lines) ?? [])
            + ["sources: " + sources.joined(separator: ", ")]
    }
}
