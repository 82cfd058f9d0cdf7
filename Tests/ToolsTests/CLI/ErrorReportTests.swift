import Contract
import Testing
import Wire

@testable import icds

@Suite("Error reports")
struct ErrorReportTests {
    @Test func sayCodeReasonAndEveryViolation() {
        let status = RPCStatus(
            .invalidArgument, "INVALID_FIELD", "Two fields are wrong.",
            details: [
                .fieldViolation(
                    field: "client.identity_code", reason: "CHECK_CHARACTER",
                    description: "The last character must be the check character."),
                .resource(type: "client", name: "7"),
            ], retryAfterMilliseconds: 1500)
        #expect(
            ErrorReport(status).text == """
                error: INVALID_ARGUMENT/INVALID_FIELD: Two fields are wrong.
                  client.identity_code: CHECK_CHARACTER: The last character must be the check \
                character.
                  client 7
                hint: try again after 1.5 s

                """)
    }

    @Test func showTheDecisionOfARefusal() throws {
        let decision = Decision.with {
            $0.outcome = .refused
            $0.reason = "NO_PARTICIPATION"
            $0.withheld = [.health, .nameAndContact]
            $0.conditions = [
                Condition.with {
                    $0.name = "REASON_STATED"
                    $0.met = true
                }
            ]
        }
        let status = RPCStatus(
            .permissionDenied, "NO_PARTICIPATION", "The county takes no part.",
            details: [
                .message(typeName: "icds.v1.Decision", bytes: try decision.encoded())
            ])
        let text = ErrorReport(status).text
        #expect(text.contains("health, name-and-contact"))
        #expect(text.contains("REASON_STATED"))
        #expect(text.contains("hint: "))
    }

    @Test func writeOutWhatWouldCommandTheTerminal() {
        let text = ErrorReport(RPCStatus(.internal, "X\u{1B}[0m", "a\u{9B}b")).text
        #expect(!text.contains("\u{1B}"))
        #expect(!text.contains("\u{9B}"))
    }

    @Test(arguments: [
        (RPCCode.permissionDenied, icds.ExitStatus.refused), (.unauthenticated, .refused),
        (.notFound, .notFound), (.invalidArgument, .notAccepted), (.aborted, .notAccepted),
        (.failedPrecondition, .notAccepted), (.alreadyExists, .notAccepted),
        (.unavailable, .tryAgain), (.deadlineExceeded, .tryAgain),
        (.resourceExhausted, .tryAgain), (.internal, .failed), (.unimplemented, .failed),
        (.cancelled, .interrupted),
    ])
    func tellAScriptWhatKindOfErrorItWas(code: RPCCode, status: icds.ExitStatus) {
        #expect(ErrorReport(RPCStatus(code, "R", "m")).status == status)
    }

    @Test func keepAFailedConnectionApartFromAFailedCall() {
        let failure = ConnectionFailure(
            server: "h:1", cause: RPCStatus(.unavailable, "CONNECT_FAILED", "nothing listens"))
        #expect(ErrorReport(failure).status == .notConnected)
        #expect(ErrorReport(failure).text.contains("no connection to h:1"))
    }

    @Test func listEveryExitCodeInTheHelp() async {
        let help = await CommandResult.of(["--help"]).output
        for status in icds.ExitStatus.allCases {
            #expect(help.contains("\n  \(status.rawValue) "))
        }
    }
}
