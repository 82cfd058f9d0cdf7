import ArgumentParser
import Contract
import Wire

struct SharingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sharing",
        abstract: "What a county may get of a municipality's client: explain, fetch.",
        subcommands: [SharingExplain.self, SharingFetch.self])
}

/// Which client of which municipality, and which groups of data.
struct SharingSubject: ParsableArguments {
    @Option(help: "Code of the municipality that keeps the client, three digits.")
    var municipality: String

    @Option(help: "The case reference that the county was handed.")
    var caseReference: String?

    @Option(help: "The exact personal identity code, or - for standard input.")
    var identityCode: String?

    @Option(
        name: .customLong("category"),
        help: ArgumentHelp(
            "A group of data that is needed; may be repeated; none: all that the rule permits. "
                + "\(EnumText.list(DataCategory.self)).", valueName: "group"),
        completion: .list(EnumText.names(DataCategory.self)))
    var categories: [String] = []

    func validate() throws {
        guard (caseReference == nil) != (identityCode == nil) else {
            throw ValidationError("Give either --case-reference or --identity-code.")
        }
    }

    func parsedCategories() throws -> [DataCategory] {
        try categories.map { try EnumText.parse($0, as: DataCategory.self) }
    }
}

struct SharingExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show the decision that fetch would make; release nothing.",
        discussion: """
            EXAMPLE:
              icds sharing explain --municipality 837 --case-reference REF \\
                --user h.laine --purpose assessment --reason "joint assessment on 3 May"
            """)

    @OptionGroup var subject: SharingSubject
    @OptionGroup var access: AccessOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let categories = try subject.parsedCategories()
        let code = try subject.identityCode.map { try IdentityCodeInput.read($0) }
        try await Session.run(common, user: access.user) { session in
            let request = try ExplainRequest.with {
                $0.access = try access.context(session.settings)
                $0.municipalityCode = subject.municipality
                if let code { $0.subject = .identityCode(code) }
                if let reference = subject.caseReference { $0.subject = .caseReference(reference) }
                $0.categories = categories
            }
            let answer = try await SharingServiceClient(session.client)
                .explain(request, options: session.callOptions)
            session.show(answer) { DecisionView.text(answer.decision ?? Decision()) }
        }
    }
}

struct SharingFetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Fetch what the decision permits.",
        discussion: """
            EXAMPLE:
              icds sharing fetch --municipality 837 --case-reference REF \\
                --user h.laine --purpose assessment --reason "joint assessment on 3 May"
            """)

    @OptionGroup var subject: SharingSubject
    @OptionGroup var access: AccessOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let categories = try subject.parsedCategories()
        let code = try subject.identityCode.map { try IdentityCodeInput.read($0) }
        try await Session.run(common, user: access.user) { session in
            let request = try FetchRequest.with {
                $0.access = try access.context(session.settings)
                $0.municipalityCode = subject.municipality
                if let code { $0.subject = .identityCode(code) }
                if let reference = subject.caseReference { $0.subject = .caseReference(reference) }
                $0.categories = categories
            }
            let answer = try await SharingServiceClient(session.client)
                .fetch(request, options: session.callOptions)
            session.show(answer) {
                DecisionView.text(answer.decision ?? Decision()) + "\n"
                    + ClientView.text(Self.client(in: answer))
            }
        }
    }

    /// The client with the sources that the answer keeps beside it.
    private static func client(in answer: FetchResponse) -> Client {
        var client = answer.client ?? Client()
        if client.sources.isEmpty { client.sources = answer.sources }
        return client
    }
}
