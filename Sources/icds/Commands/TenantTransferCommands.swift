import ArgumentParser
import Contract
import Wire

struct TenantsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a municipality's whole content into an encrypted file.",
        discussion: """
            The content is that of one moment; the municipality may be in use meanwhile. The file is \
            encrypted by the daemon under its master key: without that key nobody can read it, and \
            with the file alone nobody can restore it. The same content always has the same digest, \
            which is printed. The file must not be there yet.

            EXAMPLE:
              icds tenants export 837 tampere-2026-11-23.icds
            """)

    @Argument(help: "Code of the municipality, three digits.")
    var code: String

    @Argument(help: "Where to write it.", completion: .file())
    var file: String

    @OptionGroup var common: CommonOptions

    func validate() throws { try MunicipalityCodes.check([code]) }

    func run() async throws {
        try await Session.run(common) { session in
            let summary = try await TenantFiles(session: session).export(code, to: file)
            session.show(summary) { TenantEventView.outline(summary) }
        }
    }
}

struct TenantsRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a municipality's schema from an export, all or nothing.",
        discussion: """
            The municipality must not be let in: suspend it first. A schema that is there is set \
            aside, not overwritten, and kept until `icds tenants discard-replaced`. What was made is \
            read again and must give the very content of the file. Afterwards: `icds tenants \
            migrate` where the file is of an earlier version, then `icds organisations activate`.

            EXAMPLE:
              icds organisations suspend 837
              icds tenants restore 837 tampere-2026-11-23.icds
            """)

    @Argument(help: "Code of the municipality, three digits.")
    var code: String

    @Argument(help: "The file of `icds tenants export`.", completion: .file())
    var file: String

    @OptionGroup var common: CommonOptions

    func validate() throws { try MunicipalityCodes.check([code]) }

    func run() async throws {
        try await Session.run(common) { session in
            let answer = try await TenantFiles(session: session).restore(code, from: file)
            session.show(answer) { TenantEventView.outline(answer) }
        }
    }
}

struct TenantsDiscardReplaced: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard-replaced",
        abstract: "Drop the schema that a restore has replaced, for good.",
        discussion: """
            EXAMPLE:
              icds tenants discard-replaced 837
            """)

    @Argument(help: "Code of the municipality, three digits.")
    var code: String

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var common: CommonOptions

    func validate() throws { try MunicipalityCodes.check([code]) }

    func run() async throws {
        try Confirmation.ask(
            "Drop the schema of \(code) that a restore has replaced, for good?", isGiven: yes)
        try await Session.run(common) { session in
            let answer = try await TenantServiceClient(session.client).discardReplacedTenant(
                .with {
                    $0.municipalityCode = code
                    $0.idempotencyKey = IdempotencyKey.random()
                }, options: session.callOptions)
            session.show(answer) { TenantEventView.outline(answer.event) }
        }
    }
}

struct TenantsEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Export a municipality and erase it for good: schema, keys, roles, certificates.",
        discussion: """
            The municipality must be suspended. Its content is exported into a file first; it is \
            erased only if it is still exactly that. What remains is the register's entry and an \
            event, whose digest is the receipt: keep it with the file. Backups and the write-ahead \
            log of the database keep what they hold until they are overwritten; identity codes in \
            them are sealed under a key that is gone.

            EXAMPLE:
              icds organisations suspend 837
              icds tenants end 837 --export tampere.icds --reason "Merged on 1 January 2027"
            """)

    @Argument(help: "Code of the municipality, three digits.")
    var code: String

    @Option(name: .customLong("export"), help: "Where to write its content.", completion: .file())
    var file: String

    @Option(help: "Why it ends, for the record.")
    var reason: String

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var common: CommonOptions

    func validate() throws { try MunicipalityCodes.check([code]) }

    func run() async throws {
        try Confirmation.ask("Erase everything of municipality \(code) for good?", isGiven: yes)
        try await Session.run(common) { session in
            let summary = try await TenantFiles(session: session).export(code, to: file)
            let answer = try await TenantServiceClient(session.client).eraseTenant(
                .with {
                    $0.municipalityCode = code
                    $0.contentDigest = summary.contentDigest
                    $0.reason = reason
                    $0.idempotencyKey = IdempotencyKey.random()
                }, options: session.longCallOptions(TenantFiles.timeLimit))
            session.show(answer) { TenantEventView.outline(answer.event) }
        }
    }
}

/// Moves tenants' content between the daemon and files.
struct TenantFiles {
    static let timeLimit: Duration = .seconds(3_600)
    private static let pieceBytesMax = 262_144

    let session: Session

    func export(_ code: String, to path: String) async throws -> TenantContentSummary {
        let file = try OutputFile(path)
        var found: TenantContentSummary?
        let answers = try await TenantServiceClient(session.client).exportTenant(
            .with { $0.municipalityCode = code }, options: session.longCallOptions(Self.timeLimit))
        for try await answer in answers {
            switch answer.part {
            case .chunk(let bytes): try file.append(bytes)
            case .summary(let summary): found = summary
            case nil: break
            }
        }
        guard let found else { throw UsageError("\(path): the export ended too early") }
        try file.finish()
        return found
    }

    func restore(_ code: String, from path: String) async throws -> RestoreTenantResponse {
        guard InputFile.exists(path) else { throw UsageError("\(path): there is no such file") }
        return try await TenantServiceClient(session.client).restoreTenant(
            options: session.longCallOptions(Self.timeLimit)
        ) { writer in
            try await writer.send(.with { $0.part = .municipalityCode(code) })
            try await InputFile.forEachPiece(path, bytesMax: Self.pieceBytesMax) { piece in
                try await writer.send(.with { $0.part = .chunk(piece) })
            }
        }
    }
}
