import ArgumentParser
import Contract
import Wire

struct TenantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenants",
        abstract: "The municipalities' schemas: state, migration, export, restore, end.",
        subcommands: [
            TenantsStatus.self, TenantsMigrate.self, TenantsExport.self, TenantsRestore.self,
            TenantsDiscardReplaced.self, TenantsEnd.self, TenantsMerge.self,
            TenantsEvents.self,
        ])
}

struct TenantsStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where each municipality stands, and the version of its schema.",
        discussion: """
            The schema's state is current (the program's version), previous (the one before, served \
            as well), behind or ahead (not served), or foreign (made by another program's script). \
            A failure is that of the last attempt to bring it further; the attempt after it that \
            succeeds takes it away.

            With --not-in-use: the municipalities that must have the system in use (section 102 of \
            the Act) and do not, and the days that are left.

            EXAMPLES:
              icds tenants status
              icds tenants status --not-in-use
              icds tenants status 837 564 --output json
            """)

    @Argument(help: "Codes of municipalities; none: all.")
    var codes: [String] = []

    @Flag(help: "Only those that must have the system in use and do not.")
    var notInUse = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try MunicipalityCodes.check(codes)
    }

    func run() async throws {
        try await Session.run(common) { session in
            var (tenants, version) = try await all(session)
            if !codes.isEmpty {
                tenants.removeAll { !codes.contains($0.organisation?.code ?? "") }
            }
            let answer = ListTenantsResponse.with {
                $0.tenants = tenants
                $0.programVersion = version
            }
            session.show(answer) {
                notInUse
                    ? TenantView.obligation(tenants, columnsMax: common.output.columnsMax)
                    : TenantView.table(answer, columnsMax: common.output.columnsMax)
            }
        }
    }

    /// Every page, and the program's version.
    private func all(_ session: Session) async throws -> ([Tenant], UInt32) {
        let service = TenantServiceClient(session.client)
        var version: UInt32 = 0
        let tenants = try await Pages.all { token in
            let request = ListTenantsRequest.with {
                $0.notInUse = notInUse
                $0.pageToken = token
            }
            let answer = try await service.listTenants(request, options: session.callOptions)
            version = answer.programVersion
            return (answer.tenants, answer.nextPageToken)
        }
        return (tenants, version)
    }
}

struct TenantsMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring municipalities' schemas to the daemon's version.",
        discussion: """
            One transaction a municipality. The canary comes first and alone: where it fails, the \
            run stops and the others are left as they are. After that, one that fails does not stop \
            the others. All of them are served meanwhile. A run that was interrupted is simply run \
            again. Progress goes to standard error, the summary to standard output. Exits with 8 \
            where some failed or were not tried.

            EXAMPLES:
              icds tenants migrate
              icds tenants migrate --canary 588 --workers 2
              icds tenants migrate 837 564
            """)

    @Argument(help: "Codes of municipalities; none: all that are behind.")
    var codes: [String] = []

    @Option(
        help: ArgumentHelp(
            "The one to begin with (a pilot, else the one with the least data).",
            valueName: "code"))
    var canary: String?

    @Option(help: "How many to work on at once, 1 to 16.")
    var workers: UInt32 = 4

    @Option(
        help: ArgumentHelp(
            "How long each attempt waits for locks, such as 3s; a minute at most.",
            valueName: "time"))
    var lockTimeout: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try MunicipalityCodes.check(codes + (canary.map { [$0] } ?? []))
        guard (1...16).contains(workers) else {
            throw ValidationError("--workers lies from 1 to 16.")
        }
    }

    func run() async throws {
        let request = try MigrateTenantsRequest.with {
            $0.municipalityCodes = codes
            $0.canaryCode = canary ?? ""
            $0.workerCount = workers
            if let lockTimeout {
                $0.lockTimeoutMilliseconds = UInt32(
                    clamping: try TimeLimit(lockTimeout).milliseconds)
            }
        }
        try await Session.run(common) { session in
            let report = try await MigrationWatch(session: session).follow(request)
            switch common.output.output {
            case .json: Terminal.write(report.json.text(indented: true) + "\n")
            case .table: Terminal.write(report.text(columnsMax: common.output.columnsMax))
            }
            if let status = report.exitStatus { throw ReportedFailure(status: status) }
        }
    }
}

/// Codes of municipalities on the command line.
enum MunicipalityCodes {
    static func isCode(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    static func check(_ codes: [String]) throws {
        if let wrong = codes.first(where: { !isCode($0) }) {
            throw ValidationError("\"\(wrong)\" is no code of a municipality: three digits.")
        }
    }
}
