import Contract
import Wire

/// Provisions many municipalities, a few at a time, and goes on where one fails.
struct ProvisionRun {
    let session: Session
    let activates: Bool
    let parallelMax: Int
    let progress: Progress

    /// Works through the codes. Where the task is cancelled nothing more is started, calls under way
    /// are cancelled, and the report says what is left.
    func work(through codes: [String]) async -> ProvisionReport {
        var report = ProvisionReport(total: codes.count)
        let provision = ProvisionWork(session: session, activates: activates)
        await withTaskGroup(of: (String, ProvisionWork.Outcome).self) { group in
            var waiting = codes[...]
            func startNext() {
                guard !report.isHopeless, let code = waiting.popFirst() else { return }
                group.addTask { (code, await provision(code)) }
            }
            for _ in 0..<parallelMax { startNext() }
            for await (code, outcome) in group {
                switch outcome {
                case .made(let organisation):
                    report.made(code)
                    progress.advance("made \(OrganisationView.name(organisation))")
                case .wasThere(let organisation):
                    report.wasThere(code)
                    progress.advance("there already: \(OrganisationView.name(organisation))")
                case .failed(let status):
                    report.failed(code, status)
                    progress.advance("FAILED municipality \(code): \(status.reason)")
                case .notStarted:
                    break
                }
                if !Task.isCancelled { startNext() }
            }
        }
        report.wasInterrupted = Task.isCancelled
        progress.finish()
        return report
    }
}

/// One municipality of many.
struct ProvisionWork: Sendable {
    let session: Session
    let activates: Bool

    enum Outcome: Sendable {
        case made(Organisation)
        case wasThere(Organisation)
        case failed(RPCStatus)
        case notStarted
    }

    func callAsFunction(_ code: String) async -> Outcome {
        let registry = RegistryServiceClient(session.client)
        do {
            try Task.checkCancellation()
            let answer = try await registry.provisionOrganisation(
                ProvisionOrganisationRequest.with { $0.municipalityCode = code },
                options: session.callOptions)
            var organisation = answer.organisation ?? Organisation()
            if activates {
                let request = ActivateOrganisationRequest.with {
                    $0.kind = .municipality
                    $0.code = code
                    $0.idempotencyKey = IdempotencyKey.random()
                }
                organisation =
                    try await registry.activateOrganisation(request, options: session.callOptions)
                    .organisation ?? organisation
            }
            return answer.changed ? .made(organisation) : .wasThere(organisation)
        } catch let status as RPCStatus {
            return status.code == .cancelled ? .notStarted : .failed(status)
        } catch {
            return .notStarted
        }
    }
}
