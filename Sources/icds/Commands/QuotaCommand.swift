import ArgumentParser
import Contract
import Wire

struct QuotaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quota",
        abstract: "Show or set how much of the database an organisation may take at a time.",
        discussion: """
            Without an organisation it shows the caller's own quota and what it takes of the server \
            now. The operator names any municipality or county, and sets its quota: units of work \
            under way at once, and units of work that wait. What is over both is refused with \
            TENANT_BUSY and a delay after which to try again.

            EXAMPLES:
              icds organisations quota
              icds organisations quota 837
              icds organisations quota 837 --under-way 16 --waiting 128
              icds organisations quota county:08 --default
            """)

    @Argument(help: ArgumentHelp(OrganisationArgument.help))
    var organisation: OrganisationArgument?

    @Option(help: "Units of work under way at once, 1 to 1024.")
    var underWay: UInt32?

    @Option(help: "Units of work that wait, 1 to 1024.")
    var waiting: UInt32?

    @Flag(name: .customLong("default"), help: "Take back what was set.")
    var takesDefault = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        let isSet = underWay != nil || waiting != nil
        guard (underWay == nil) == (waiting == nil) else {
            throw ValidationError("Give both --under-way and --waiting.")
        }
        guard !(isSet && takesDefault) else {
            throw ValidationError("Give numbers or --default, not both.")
        }
        guard organisation != nil || !(isSet || takesDefault) else {
            throw ValidationError("Name the organisation whose quota is to be set.")
        }
    }

    func run() async throws {
        try await Session.run(common) { session in
            guard let organisation else { return try await showOwn(session) }
            let registry = RegistryServiceClient(session.client)
            guard underWay != nil || takesDefault else {
                let request = GetOrganisationQuotaRequest.with {
                    $0.kind = organisation.kind
                    $0.code = organisation.code
                }
                let answer = try await registry.getOrganisationQuota(
                    request, options: session.callOptions)
                session.show(answer) { Self.outline(answer.quota, answer.use) }
                return
            }
            let request = SetOrganisationQuotaRequest.with {
                $0.kind = organisation.kind
                $0.code = organisation.code
                $0.quota = .with {
                    $0.isDefault = takesDefault
                    $0.worksUnderWayMax = underWay ?? 0
                    $0.worksWaitingMax = waiting ?? 0
                }
                $0.idempotencyKey = IdempotencyKey.random()
            }
            let answer = try await registry.setOrganisationQuota(
                request, options: session.callOptions)
            session.show(answer) { Self.outline(answer.quota, nil) }
        }
    }

    private func showOwn(_ session: Session) async throws {
        let answer = try await QuotaServiceClient(session.client).getQuota(
            GetQuotaRequest(), options: session.callOptions)
        session.show(answer) { Self.outline(answer.quota, answer.use) }
    }

    static func outline(_ quota: Quota?, _ use: QuotaUse?) -> String {
        let quota = quota ?? Quota()
        var outline = Outline()
        outline.heading(quota.isDefault ? "quota (the server's own)" : "quota")
        outline.field("under way at most", "\(quota.worksUnderWayMax)")
        outline.field("waiting at most", "\(quota.worksWaitingMax)")
        if let use {
            outline.field("under way now", "\(use.worksUnderWay)")
            outline.field("waiting now", "\(use.worksWaiting)")
        }
        return outline.rendered()
    }
}
