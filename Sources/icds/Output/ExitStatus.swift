/// How the program ends, so that a script can tell what to do next.
enum ExitStatus: Int32, CaseIterable {
    case success = 0
    case failed = 1
    case usage = 2
    case notConnected = 3
    case refused = 4
    case notFound = 5
    case notAccepted = 6
    case tryAgain = 7
    case partial = 8
    case interrupted = 130

    var meaning: String {
        switch self {
        case .success: "done"
        case .failed: "the call failed for a reason that none of the others names"
        case .usage: "the command line, a profile or an input file is wrong; nothing was sent"
        case .notConnected: "no connection: unreachable, TLS failed, or not let in"
        case .refused: "refused: the caller may not do that"
        case .notFound: "there is no such thing"
        case .notAccepted: "the request is wrong, or does not fit the state things are in"
        case .tryAgain: "not now: unavailable, overloaded, or out of time; try again"
        case .partial: "done in part: some of many failed"
        case .interrupted: "interrupted by Ctrl-C"
        }
    }

    static var help: String {
        let rows = allCases.map { status in
            "  \(DisplayWidth.pad("\(status.rawValue)", to: 4))\(status.meaning)"
        }
        return "EXIT CODES:\n" + rows.joined(separator: "\n")
    }
}
