import ArgumentParser
import Contract
import Wire

struct TenantsMerge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Move a municipality's clients to the one that it was merged into.",
        discussion: """
            The one that ends must be suspended; both schemas must have the daemon's version. Clients \
            move with everything of theirs. Where the receiving municipality has a client of the same \
            identity code, both are kept and named here, for a caseworker to join. The old log stays \
            closed in its own schema. Try it with --dry-run first: that does all of it and takes it \
            back.

            EXAMPLES:
              icds tenants merge 588 507 --last-day 2024-12-31 --reason "Merged" --dry-run
              icds tenants merge 588 507 --last-day 2024-12-31 --reason "Merged"
            """)

    @Argument(help: "Code of the municipality that ends.")
    var from: String

    @Argument(help: "Code of the one that it was merged into.")
    var into: String

    @Option(help: "The last day of the one that ends, YYYY-MM-DD.")
    var lastDay: String

    @Option(help: "Why, for the record.")
    var reason: String

    @Flag(help: "Leave everything as it is.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var common: CommonOptions

    func validate() throws { try MunicipalityCodes.check([from, into]) }

    func run() async throws {
        try Confirmation.ask(
            "Move all clients of \(from) to \(into) and close \(from) for good?",
            isGiven: yes || dryRun)
        try await Session.run(common) { session in
            let request = MergeTenantsRequest.with {
                $0.fromCode = from
                $0.intoCode = into
                $0.lastDay = lastDay
                $0.reason = reason
                $0.dryRun = dryRun
                $0.idempotencyKey = IdempotencyKey.random()
            }
            let answer = try await TenantServiceClient(session.client).mergeTenants(
                request, options: session.longCallOptions(TenantFiles.timeLimit))
            session.show(answer) { text(answer) }
        }
    }

    private func text(_ answer: MergeTenantsResponse) -> String {
        var text = ""
        if !answer.duplicates.isEmpty {
            var table = Table([.fixed("came"), .fixed("was there with the same identity code")])
            for duplicate in answer.duplicates {
                table.add([duplicate.movedClientID, duplicate.keptClientID])
            }
            text += table.rendered(columnsMax: common.output.columnsMax) + "\n"
        }
        text += "\(answer.movedCount) clients \(dryRun ? "would move" : "moved")"
        text += ", \(answer.duplicateCount) of them to a municipality that has them already\n"
        return text + (answer.event == nil ? "" : TenantEventView.outline(answer.event))
    }
}
