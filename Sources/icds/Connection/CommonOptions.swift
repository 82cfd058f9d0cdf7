import ArgumentParser
import Contract

/// What every command that calls the daemon takes.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where the daemon listens (ICDS_SERVER).", valueName: "host:port"))
    var server: String?

    @Option(
        help: ArgumentHelp("Your certificate, PEM (ICDS_CERT).", valueName: "file"),
        completion: .file())
    var cert: String?

    @Option(
        help: ArgumentHelp("Its private key, PEM (ICDS_KEY).", valueName: "file"),
        completion: .file())
    var key: String?

    @Option(
        help: ArgumentHelp(
            "The authority of the daemon's certificate, PEM (ICDS_CA).", valueName: "file"),
        completion: .file())
    var ca: String?

    @Option(
        help: ArgumentHelp(
            """
            Revocation lists for the daemon's certificate, PEM or DER, or a folder of them; may be \
            given several times (ICDS_CRL). Without any, revocation is not checked.
            """,
            valueName: "file"),
        completion: .file())
    var crl: [String] = []

    @Option(
        help: ArgumentHelp(
            "A profile: a name in ~/.config/icds/profiles, or a path (ICDS_PROFILE).",
            valueName: "profile"))
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "How long to wait for each call: 30s, 500ms, 2m (ICDS_TIMEOUT; 30s unless given).",
            valueName: "time"))
    var timeout: String?

    @OptionGroup
    var output: OutputOptions

    func resolved(user: String? = nil) throws -> ResolvedSettings {
        var flags: [Setting: String] = [:]
        flags[.server] = server
        flags[.cert] = cert
        flags[.key] = key
        flags[.ca] = ca
        flags[.crl] = crl.joined(separator: ",")
        flags[.timeout] = timeout
        flags[.user] = user
        return ResolvedSettings(
            flags: flags, environment: Environment.values,
            profile: try ProfileFile.find(flag: profile, environment: Environment.values))
    }
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
}

struct OutputOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .long],
        help: "table for people; json for programs: one document, by proto3's JSON mapping.")
    var output: OutputFormat = .table

    @Flag(help: "Cut nothing to the width of the terminal.")
    var wide = false

    /// Columns that a table may take; nothing where it may take all it needs.
    var columnsMax: Int? { wide ? nil : Terminal.outputColumns }
}

/// Who acts, for what and why: goes with every request for personal data.
struct AccessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who you are, for the log of accesses: your id in your organisation (ICDS_USER).",
            valueName: "id"))
    var user: String?

    @Option(
        help: ArgumentHelp(
            "What the data are needed for: \(EnumText.list(Purpose.self)).",
            valueName: "purpose"),
        completion: .list(EnumText.names(Purpose.self)))
    var purpose: String?

    @Option(
        help: ArgumentHelp(
            "Why, in a sentence that the client may be shown.", valueName: "sentence"))
    var reason: String?

    /// The access context of a request. Throws `UsageError` where there is no user.
    func context(_ settings: ResolvedSettings) throws -> AccessContext {
        let user = try settings.required(.user)
        let purpose = try self.purpose.map { try EnumText.parse($0, as: Purpose.self) }
        return AccessContext.with {
            $0.userID = user
            $0.purpose = purpose ?? .unspecified
            $0.reason = reason ?? ""
        }
    }
}
