import Contract
import Wire

/// Follows a run of migrations and gathers what came of it.
struct MigrationWatch {
    /// A run over all municipalities takes far longer than a call usually may.
    static let timeLimit: Duration = .seconds(3_600)

    let session: Session

    func follow(_ request: MigrateTenantsRequest) async throws -> MigrationReport {
        var report = MigrationReport()
        var progress: Progress?
        let answers = try await TenantServiceClient(session.client).migrateTenants(
            request, options: session.longCallOptions(Self.timeLimit))
        for try await answer in answers {
            switch answer.event {
            case .plan(let plan):
                report.plan = plan
                progress = Progress(title: "migrating", total: Int(plan.tenantCount))
            case .step(let step):
                report.steps.append(step)
                progress?.advance(Self.line(step))
            case .end(let end):
                report.end = end
            case nil:
                break
            }
        }
        progress?.finish()
        return report
    }

    private static func line(_ step: MigrationStep) -> String {
        let name = step.municipalityCode + (step.isCanary ? " (canary)" : "")
        if !step.failureReason.isEmpty { return "FAILED \(name): \(step.failureReason)" }
        return step.changed
            ? "\(name): version \(step.schemaVersion)" : "\(name): nothing to do"
    }
}

/// What came of a run.
struct MigrationReport {
    var plan = MigrationPlan()
    var steps: [MigrationStep] = []
    var end = MigrationEnd()

    var exitStatus: ExitStatus? {
        end.failedCount == 0 && end.notTriedCount == 0 ? nil : .partial
    }

    func text(columnsMax: Int?) -> String {
        var text = ""
        let failures = steps.filter { !$0.failureReason.isEmpty }
            .sorted { $0.municipalityCode < $1.municipalityCode }
        if !failures.isEmpty {
            var table = Table([.fixed("code"), .fixed("failed with"), .flexible("what it means")])
            for failure in failures {
                table.add([
                    failure.municipalityCode, failure.failureReason, failure.failureDetail,
                ])
            }
            text += table.rendered(columnsMax: columnsMax) + "\n"
        }
        text += "\(end.changedCount) brought to version \(plan.programVersion)"
        text += ", \(end.unchangedCount) there already, \(end.failedCount) failed"
        text += ", \(end.notTriedCount) not tried\n"
        if end.notTriedCount > 0 {
            text += "The canary failed, so that the others were left as they are.\n"
        }
        if exitStatus != nil { text += "Run it again: it goes on with what is behind.\n" }
        return text
    }

    var json: JSONValue {
        .object([
            JSONMember(name: "plan", value: plan.json),
            JSONMember(name: "steps", value: .array(steps.map(\.json))),
            JSONMember(name: "end", value: end.json),
        ])
    }
}
