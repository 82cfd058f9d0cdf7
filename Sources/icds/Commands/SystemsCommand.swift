import ArgumentParser
import Contract
import Wire

struct SystemsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "systems",
        abstract: "The systems that may connect, by their certificates: register, list, revoke.",
        subcommands: [SystemsRegister.self, SystemsList.self, SystemsRevoke.self])
}

struct SystemsRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Register systems by their certificates.",
        discussion: """
            A certificate's URI names organisation and system. Registering one again changes nothing.

            EXAMPLE:
              icds systems register municipality-837-casework.pem
            """)

    /// Files beyond this are no certificates.
    static let certificateBytesMax = 65_536

    @Argument(help: "Certificates, PEM or DER.", completion: .file())
    var files: [String]

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let certificates = try files.map(Self.certificate)
        try await Session.run(common) { session in
            var systems: [System] = []
            for certificate in certificates {
                let answer = try await RegistryServiceClient(session.client).registerSystem(
                    RegisterSystemRequest.with {
                        $0.certificate = certificate
                        $0.idempotencyKey = IdempotencyKey.random()
                    },
                    options: session.callOptions)
                systems.append(answer.system ?? System())
            }
            session.show(ListSystemsResponse.with { $0.systems = systems }) {
                systems.map(SystemView.outline).joined(separator: "\n")
            }
        }
    }

    /// The bytes of a certificate's file. One that holds a private key, which lies beside the
    /// certificate under a like name, is not sent anywhere.
    private static func certificate(_ file: String) throws -> [UInt8] {
        let bytes = try InputFile.bytes(file, bytesMax: certificateBytesMax)
        guard !String(decoding: bytes, as: UTF8.self).contains("PRIVATE KEY-----") else {
            throw UsageError("\(file): holds a private key; nothing was sent")
        }
        return bytes
    }
}

struct SystemsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List systems by organisation, system and certificate.",
        discussion: """
            EXAMPLES:
              icds systems list
              icds systems list --organisation 837 --output json
            """)

    @Option(help: ArgumentHelp("Only of this one. \(OrganisationArgument.help)"))
    var organisation: OrganisationArgument?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await Session.run(common) { session in
            let registry = RegistryServiceClient(session.client)
            let systems = try await Pages.all { token in
                let request = ListSystemsRequest.with {
                    $0.organisationKind = organisation?.kind ?? .unspecified
                    $0.organisationCode = organisation?.code ?? ""
                    $0.pageToken = token
                }
                let answer = try await registry.listSystems(request, options: session.callOptions)
                return (answer.systems, answer.nextPageToken)
            }
            session.show(ListSystemsResponse.with { $0.systems = systems }) {
                SystemView.table(systems, columnsMax: common.output.columnsMax)
            }
        }
    }
}

struct SystemsRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a certificate at once and for good.",
        discussion: """
            Its open connections are closed. Asks first on a terminal; elsewhere --yes is needed.

            EXAMPLE:
              icds systems revoke 3f9a… --reason "the laptop was lost" --yes
            """)

    @Argument(help: "SHA-256 of the certificate, 64 hexadecimal digits (`icds systems list`).")
    var fingerprint: String

    @Option(help: "Why: at most 500 characters.")
    var reason: String

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try Confirmation.ask("Revoke the certificate \(fingerprint) for good?", isGiven: yes)
        try await Session.run(common) { session in
            let request = RevokeSystemRequest.with {
                $0.certificateFingerprint = fingerprint.lowercased()
                $0.reason = reason
                $0.idempotencyKey = IdempotencyKey.random()
            }
            let answer = try await RegistryServiceClient(session.client)
                .revokeSystem(request, options: session.callOptions)
            session.show(answer) { SystemView.outline(answer.system ?? System()) }
        }
    }
}
