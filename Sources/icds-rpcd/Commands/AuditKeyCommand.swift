import ArgumentParser
import AuditProof
import SystemPackage
import Tenancy

/// Shows the public key that verifiers of the log pin.
struct AuditKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit-key",
        abstract: "Print the public key of seals and checkpoints, for `icds audit verify`.",
        discussion: """
            One line, as C2SP's signed notes have it: the log's name (audit.origin), a hash and the \
            key. Publish it where those who verify can read it without asking the database or the \
            daemon. With --create, the private key's file is made first where there is none.
            """)

    @Flag(help: "Make the private key's file where there is none; never replaces one.")
    var create = false

    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let audit = await flags.settings().audit
        let source = audit.signingKey
        do {
            let key: SigningKey
            if create, case .file(let path) = source, !FilePath(path).exists {
                key = try SigningKeyFile.create(path: path)
            } else {
                key = try source.signingKey(showsErrors: true)
            }
            try Output.standard(try NoteKey(name: audit.origin, key: key.publicKey).text())
        } catch let error as CryptoError {
            try Output.error("icds-rpcd: \(Setting.auditSigningKeyFile.key): \(source): \(error)")
            throw ExitCode(1)
        }
    }
}
