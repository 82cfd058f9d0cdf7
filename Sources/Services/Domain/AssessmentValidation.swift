package import Contract

/// The limits that `assessments.proto` promises.
package enum AssessmentValidation {
    package static func check(
        trigger: AssessmentTrigger, at field: String, _ violations: inout FieldViolations
    ) {
        if trigger == .unspecified {
            violations.add(field, .required, "One of the seven cases of section 14.1.")
        } else {
            violations.checkKnown(trigger.isUnrecognized, at: field)
        }
    }

    package static func check(
        _ content: AssessmentContent?, at path: String, _ violations: inout FieldViolations
    ) {
        guard let content else { return }
        violations.check(
            content.initialInterview, at: "\(path).initial_interview", lengthMax: 8000,
            kind: .prose)
        violations.check(
            content.serviceNeeds, at: "\(path).service_needs", lengthMax: 4000, kind: .prose)
        violations.check(
            content.socialAndHealthNeeds, at: "\(path).social_and_health_needs", lengthMax: 4000,
            kind: .prose)
        violations.checkDate(content.plannedPlanDate, at: "\(path).planned_plan_date")
    }
}
