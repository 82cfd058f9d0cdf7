import ArgumentParser
import Contract
import Wire

struct OrganisationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organisations",
        abstract: """
            The register of organisations: list, show, provision, activate, suspend, log, quota.
            """,
        subcommands: [
            OrganisationsList.self, OrganisationsShow.self, ProvisionCommand.self,
            OrganisationsActivate.self, OrganisationsSuspend.self, OrganisationsLog.self,
            QuotaCommand.self,
        ])
}

struct OrganisationsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List organisations by kind and code.",
        discussion: """
            EXAMPLES:
              icds organisations list --kind county
              icds organisations list --kind municipality --status registered --output json
            """)

    @Option(
        help: "Only this kind: \(EnumText.list(OrganisationKind.self)).",
        completion: .list(EnumText.names(OrganisationKind.self)))
    var kind: String?

    @Option(
        help: "Only with this status: \(EnumText.list(OrganisationStatus.self)).",
        completion: .list(EnumText.names(OrganisationStatus.self)))
    var status: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let kind = try kind.map { try EnumText.parse($0, as: OrganisationKind.self) }
        let status = try status.map { try EnumText.parse($0, as: OrganisationStatus.self) }
        try await Session.run(common) { session in
            let organisations = try await Self.all(
                session, kind: kind ?? .unspecified, status: status ?? .unspecified)
            let answer = ListOrganisationsResponse.with { $0.organisations = organisations }
            session.show(answer) {
                OrganisationView.table(organisations, columnsMax: common.output.columnsMax)
            }
        }
    }

    /// Every page.
    static func all(
        _ session: Session, kind: OrganisationKind, status: OrganisationStatus
    ) async throws -> [Organisation] {
        let registry = RegistryServiceClient(session.client)
        return try await Pages.all { token in
            let request = ListOrganisationsRequest.with {
                $0.kind = kind
                $0.status = status
                $0.pageToken = token
            }
            let answer = try await registry.listOrganisations(
                request, options: session.callOptions)
            return (answer.organisations, answer.nextPageToken)
        }
    }
}

struct OrganisationsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one organisation.",
        discussion: """
            EXAMPLES:
              icds organisations show 837
              icds organisations show county:08
            """)

    @Argument(help: ArgumentHelp(OrganisationArgument.help))
    var organisation: OrganisationArgument

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await Session.run(common) { session in
            let request = GetOrganisationRequest.with {
                $0.kind = organisation.kind
                $0.code = organisation.code
            }
            let answer = try await RegistryServiceClient(session.client)
                .getOrganisation(request, options: session.callOptions)
            session.show(answer) { OrganisationView.outline(answer.organisation ?? Organisation()) }
        }
    }
}

struct OrganisationsActivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Let an organisation's systems in.",
        discussion: """
            A municipality must be provisioned first. With --pilot its systems are let in while it \
            still works with what it had before; without, it has the system in use, and does not \
            go back to a pilot.

            EXAMPLES:
              icds organisations activate 837 --pilot
              icds organisations activate 837
            """)

    @Argument(help: ArgumentHelp(OrganisationArgument.help))
    var organisation: OrganisationArgument

    @Flag(help: "A municipality: as a pilot.")
    var pilot = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await Session.run(common) { session in
            let request = ActivateOrganisationRequest.with {
                $0.kind = organisation.kind
                $0.code = organisation.code
                $0.asPilot = pilot
                $0.idempotencyKey = IdempotencyKey.random()
            }
            let answer = try await RegistryServiceClient(session.client)
                .activateOrganisation(request, options: session.callOptions)
            session.show(answer) { OrganisationView.outline(answer.organisation ?? Organisation()) }
        }
    }
}

struct OrganisationsSuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Shut an organisation's systems out at once. Its data stay.",
        discussion: """
            Open connections are closed. `icds organisations activate` lets the systems in again.

            EXAMPLE:
              icds organisations suspend 837
            """)

    @Argument(help: ArgumentHelp(OrganisationArgument.help))
    var organisation: OrganisationArgument

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await Session.run(common) { session in
            let request = SuspendOrganisationRequest.with {
                $0.kind = organisation.kind
                $0.code = organisation.code
                $0.idempotencyKey = IdempotencyKey.random()
            }
            let answer = try await RegistryServiceClient(session.client)
                .suspendOrganisation(request, options: session.callOptions)
            session.show(answer) { OrganisationView.outline(answer.organisation ?? Organisation()) }
        }
    }
}
