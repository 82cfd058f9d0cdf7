import ArgumentParser
import Contract
import Wire

struct TenantsEvents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract:
            "List exports, restores, erasures and mergers, oldest first, and verify the list.",
        discussion: """
            Each record's digest covers the record before, so that none can be changed or taken away \
            unnoticed. All of them are computed anew. Where one does not fit it is named, and the exit \
            status is 6. Whoever can write records can also make all digests after one anew: --receipt, \
            for each receipt that was kept, sees that there is still a record with it.

            EXAMPLES:
              icds tenants events
              icds tenants events --receipt 5f0c…
              icds tenants events 837 --output json
            """)

    @Argument(help: "Codes of municipalities; none: all. All records are verified either way.")
    var codes: [String] = []

    @Option(
        name: .customLong("receipt"),
        help: ArgumentHelp(
            "A record's digest, as the command that made it printed it; may be repeated.",
            valueName: "digest"))
    var receipts: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws { try MunicipalityCodes.check(codes) }

    func run() async throws {
        try await Session.run(common) { session in
            let service = TenantServiceClient(session.client)
            let all = try await Pages.all { token in
                let answer = try await service.listTenantEvents(
                    .with { $0.pageToken = token }, options: session.callOptions)
                return (answer.events, answer.nextPageToken)
            }
            let events =
                codes.isEmpty ? all : all.filter { codes.contains($0.municipalityCode) }
            session.show(ListTenantEventsResponse.with { $0.events = events }) {
                TenantEventView.table(events, columnsMax: common.output.columnsMax)
            }
            do {
                try TenantEventChain.verify(all, receipts: receipts)
            } catch let fault as TenantEventChain.Fault {
                throw ReportedFailure(
                    status: .notAccepted, text: "NOT VERIFIED: \(SafeText.line("\(fault)"))\n")
            }
            let kept = receipts.isEmpty ? "" : "; receipts found: \(receipts.count)"
            Terminal.writeError(
                "verified: \(all.count) records, each chained to the one before\(kept)\n")
        }
    }
}
