import Wire

/// What a call must come to.
enum Expectation: CustomStringConvertible {
    case permitted
    /// Refused with that code and that reason.
    case refused(RPCCode, String)

    var description: String {
        switch self {
        case .permitted: "permitted"
        case .refused(let code, let reason): "refused with \(code.name)/\(reason)"
        }
    }

    func isMet(by status: RPCStatus?) -> Bool {
        switch (self, status) {
        case (.permitted, nil): true
        case (.refused(let code, let reason), let status?):
            status.code == code && status.reason == reason
        default: false
        }
    }
}

/// Something came out otherwise than it must.
struct Deviation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
