import Wire

@testable import Services

extension FieldViolations {
    /// "field REASON" of each violation, in order.
    var summary: [String] {
        do throws(RPCStatus) {
            try throwIfAny()
            return []
        } catch {
            return error.violationSummary
        }
    }
}

extension RPCStatus {
    /// "field REASON" of each field violation among the details, in order.
    var violationSummary: [String] {
        details.compactMap { detail in
            guard case .fieldViolation(let field, let reason, _) = detail else { return nil }
            return "\(field) \(reason)"
        }
    }
}
