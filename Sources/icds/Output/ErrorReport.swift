import ArgumentParser
import Contract
import Wire

/// What a person and a script learn of an error: text for standard error, and the exit status.
///
/// The text holds what the daemon says of the request, which is never personal data, and nothing of
/// the request itself.
struct ErrorReport {
    let status: ExitStatus
    let text: String
    /// Help and versions are what was asked for: they go to standard output.
    private let isAnswer: Bool

    init(_ error: any Error) {
        switch error {
        case let error as UsageError:
            self.init(.usage, "error: \(error)\n")
        case let error as RPCStatus where error.code == .cancelled:
            self.init(.interrupted, "error: interrupted\n")
        case let error as RPCStatus:
            self.init(Self.status(of: error.code), Self.text(of: error))
        case let error as ConnectionFailure:
            self.init(.notConnected, Self.text(of: error))
        case is CancellationError:
            self.init(.interrupted, "error: interrupted\n")
        case let error as ReportedFailure:
            self.init(error.status, error.text)
        default:
            self.init(ofParser: error)
        }
    }

    private init(_ status: ExitStatus, _ text: String, isAnswer: Bool = false) {
        self.status = status
        self.text = text
        self.isAnswer = isAnswer
    }

    private init(ofParser error: any Error) {
        let code = RootCommand.exitCode(for: error)
        let message = RootCommand.fullMessage(for: error)
        switch code {
        case .success: self.init(.success, message + "\n", isAnswer: true)
        case .validationFailure:
            let prefix = "Error: "
            let text =
                message.hasPrefix(prefix)
                ? "error: " + message.dropFirst(prefix.count) : message
            self.init(.usage, text + "\n")
        default: self.init(.failed, "error: \(error)\n")
        }
    }

    func write() {
        isAnswer ? Terminal.write(text) : Terminal.writeError(text)
    }

    static func status(of code: RPCCode) -> ExitStatus {
        switch code {
        case .ok: .success
        case .cancelled: .interrupted
        case .permissionDenied, .unauthenticated: .refused
        case .notFound: .notFound
        case .invalidArgument, .failedPrecondition, .alreadyExists, .aborted, .outOfRange:
            .notAccepted
        case .unavailable, .resourceExhausted, .deadlineExceeded: .tryAgain
        case .unknown, .unimplemented, .internal, .dataLoss: .failed
        }
    }

    /// `error: CODE/REASON: message`, then a line for each detail, then a hint where there is one.
    static func text(of status: RPCStatus) -> String {
        var text = "error: \(status.code.name)/\(SafeText.line(status.reason)): "
        text += SafeText.line(status.message) + "\n"
        for detail in status.details {
            switch detail {
            case .fieldViolation(let field, let reason, let description):
                text += "  \(SafeText.line(field)): \(SafeText.line(reason)): "
                text += SafeText.line(description) + "\n"
            case .resource(let type, let name):
                text += "  \(SafeText.line(type)) \(SafeText.line(name))\n"
            case .message(Decision.messageName, let bytes):
                guard let decision = try? Decision(decoding: bytes) else { continue }
                text += DecisionView.text(decision)
            case .message(let typeName, _):
                text += "  (with a detail of the type \(SafeText.line(typeName)))\n"
            }
        }
        if let milliseconds = status.retryAfterMilliseconds {
            text += "hint: try again after \(Double(milliseconds) / 1000) s\n"
        }
        if let hint = Hint.text(status) { text += "hint: \(hint)\n" }
        return text
    }

    private static func text(of failure: ConnectionFailure) -> String {
        if let status = failure.cause as? RPCStatus {
            return "error: no connection to \(failure.server)\n" + Self.text(of: status)
        }
        return "error: no connection to \(failure.server): \(SafeText.line("\(failure.cause)"))\n"
    }
}

/// A command has said what failed; what is left is the status.
struct ReportedFailure: Error {
    let status: ExitStatus
    var text = ""
}
