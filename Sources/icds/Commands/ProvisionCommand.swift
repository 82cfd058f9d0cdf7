import ArgumentParser
import Contract
import Wire

struct ProvisionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provision",
        abstract: "Make the schemas, roles and keys of municipalities.",
        discussion: """
            Each municipality is one transaction of its own, and those that are there already are \
            left as they are: a run that was interrupted is simply run again. Progress goes to \
            standard error, the summary to standard output. Exits with 8 where some failed.

            EXAMPLES:
              icds organisations provision --all
              icds organisations provision 837 564 --activate
            """)

    @Argument(help: "Codes of municipalities, three digits.")
    var codes: [String] = []

    @Flag(help: "Every municipality of the register.")
    var all = false

    @Flag(help: "Let their systems in, too.")
    var activate = false

    @Option(help: "How many to work on at once, 1 to 32.")
    var parallel = 4

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard all != !codes.isEmpty else {
            throw ValidationError("Give the codes of municipalities, or --all, not both.")
        }
        guard (1...32).contains(parallel) else {
            throw ValidationError("--parallel lies from 1 to 32.")
        }
        try MunicipalityCodes.check(codes)
    }

    func run() async throws {
        try await Session.run(common) { session in
            let codes = try await wanted(session)
            let run = ProvisionRun(
                session: session, activates: activate, parallelMax: parallel,
                progress: Progress(title: "provisioning", total: codes.count))
            let report = await run.work(through: codes)
            show(report)
            if let status = report.exitStatus { throw ReportedFailure(status: status) }
        }
    }

    private func wanted(_ session: Session) async throws -> [String] {
        guard all else { return codes }
        let organisations = try await OrganisationsList.all(
            session, kind: .municipality, status: .unspecified)
        guard !organisations.isEmpty else {
            throw UsageError("the register has no municipalities: run `icds register load` first")
        }
        return organisations.map(\.code)
    }

    private func show(_ report: ProvisionReport) {
        switch common.output.output {
        case .json: Terminal.write(report.json.text(indented: true) + "\n")
        case .table: Terminal.write(report.text(columnsMax: common.output.columnsMax))
        }
    }
}
