import ArgumentParser
import Contract
import Wire

struct ClientsWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show the changes of clients and assessments as they come.",
        discussion: """
            Goes on until it is stopped (Ctrl-C), also where the daemon is restarted meanwhile. Each \
            change is a line, with JSON (--output json) each answer with its cursor. The last cursor \
            is printed at the end: give it to the next watch, and nothing is missed or told twice.

            EXAMPLE:
              icds clients watch --user sync --reason "keeping the copy up to date"
              icds clients watch --user sync --cursor 01c5…
            """)

    /// The longest that a daemon lets one call last.
    static let callLimit: Duration = .seconds(600)
    /// Before a watch that was interrupted goes on.
    static let pause: Duration = .seconds(1)

    @Option(help: "Go on behind the last cursor of an earlier watch.")
    var cursor: String?

    @Flag(help: "Begin with the oldest change that the daemon keeps.")
    var fromBeginning = false

    @OptionGroup var access: AccessOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard cursor == nil || !fromBeginning else {
            throw ValidationError("Give either --cursor or --from-beginning.")
        }
    }

    func run() async throws {
        try await Session.run(common, user: access.user) { session in
            var request = WatchChangesRequest()
            request.access = try access.context(session.settings)
            request.cursor = cursor ?? ""
            request.fromBeginning = fromBeginning
            defer {
                if !request.cursor.isEmpty { Terminal.writeError("cursor: \(request.cursor)\n") }
            }
            while true {
                do {
                    try await watch(session, &request)
                } catch let status as RPCStatus where status.code == .unavailable {
                    // Stopped, or its database is: the cursor knows where to go on.
                    guard !request.cursor.isEmpty else { throw status }
                    try await Task.sleep(for: Self.pause)
                }
            }
        }
    }

    /// One call; the cursor in `request` goes along with what was shown.
    private func watch(_ session: Session, _ request: inout WatchChangesRequest) async throws {
        let answers = try await ClientServiceClient(session.client)
            .watchChanges(request, options: session.longCallOptions(Self.callLimit))
        for try await answer in answers {
            switch session.output.output {
            case .json: Terminal.write(answer.json.text() + "\n")
            case .table:
                for change in answer.changes { Terminal.write(Self.line(change) + "\n") }
            }
            request.cursor = answer.cursor
            request.fromBeginning = false
        }
    }

    private static func line(_ change: Change) -> String {
        [
            Moment.text(change.time), EnumText.label(change.kind),
            change.clientID, change.assessmentID, change.etag,
        ].filter { !$0.isEmpty }.joined(separator: "  ")
    }
}
