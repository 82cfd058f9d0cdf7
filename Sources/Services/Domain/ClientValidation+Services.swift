import Contract

/// Services, health, placement, reimbursements and the sources of data.
extension ClientValidation {
    /// A reimbursement of more than a hundred million euros is a mistake.
    private static let amountCentsMax: Int64 = 10_000_000_000

    func checkServices(
        _ client: Client, at path: String, _ violations: inout FieldViolations
    ) {
        violations.checkCount(
            client.services.count, at: "\(path).services", countMax: Self.listCountMax)
        for (index, service) in client.services.prefix(Self.listCountMax).enumerated() {
            let field = "\(path).services[\(index)]"
            violations.checkRequired(
                service.serviceName, at: "\(field).service_name", lengthMax: 200)
            violations.checkPeriod(
                from: service.startDate, at: "\(field).start_date", to: service.endDate,
                at: "\(field).end_date")
            violations.check(
                service.outcome, at: "\(field).outcome", lengthMax: 2000, kind: .prose)
        }
        if let health = client.health {
            violations.check(
                health.summary, at: "\(path).health.summary", lengthMax: 4000, kind: .prose)
        }
        if let placement = client.placement {
            violations.checkDate(
                placement.placementDate, at: "\(path).placement.placement_date")
            violations.check(
                placement.directedBy, at: "\(path).placement.directed_by", lengthMax: 200)
        }
        checkReimbursements(client.reimbursements, at: "\(path).reimbursements", &violations)
    }

    private func checkReimbursements(
        _ reimbursements: [Reimbursement], at path: String, _ violations: inout FieldViolations
    ) {
        violations.checkCount(reimbursements.count, at: path, countMax: Self.listCountMax)
        for (index, reimbursement) in reimbursements.prefix(Self.listCountMax).enumerated() {
            let field = "\(path)[\(index)]"
            violations.checkRequired(
                reimbursement.section, at: "\(field).section", lengthMax: 20)
            if !(0...Self.amountCentsMax).contains(reimbursement.amountCents) {
                violations.add(
                    "\(field).amount_cents", .outOfRange, "0 to \(Self.amountCentsMax).")
            }
            violations.checkDate(reimbursement.decisionDate, at: "\(field).decision_date")
        }
    }

    func checkSources(
        _ sources: [CategorySource], at path: String, _ violations: inout FieldViolations
    ) {
        violations.checkCount(sources.count, at: path, countMax: 10)
        var seen: Set<Int32> = []
        for (index, source) in sources.prefix(10).enumerated() {
            let field = "\(path)[\(index)]"
            if !(1...10).contains(source.category.rawValue) {
                violations.add(
                    "\(field).category", .unknownValue, "One of the groups of section 73.")
            } else if !seen.insert(source.category.rawValue).inserted {
                violations.add("\(field).category", .repeated, "Named before.")
            }
            violations.checkKnown(source.kind.isUnrecognized, at: "\(field).kind")
            violations.check(source.sourceName, at: "\(field).source_name", lengthMax: 200)
        }
    }
}
