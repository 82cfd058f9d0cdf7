import SystemPackage
import Tenancy

/// Where the daemon's keys come from: each from a file or from a command, never from a setting itself,
/// since settings are printed and a process's arguments and environment are seen by others.
enum KeySettings {
    /// Only beside an embedded database does the daemon make a master key itself; a site with its own
    /// database brings its own, and must name where it is.
    static func masterKey(
        _ reader: inout SettingsReader, stateFolder: FilePath, isEmbedded: Bool,
        timeLimit: Duration
    ) -> SecretSource {
        let derived = stateFolder.appending("master.key")
        let source = source(
            &reader, file: .masterKeyFile, command: .masterKeyCommand, derived: derived,
            isEmbedded: isEmbedded, timeLimit: timeLimit,
            missing: "a database of your own needs a master key file or a command")
        if isToBeRead(source, isEmbedded: isEmbedded) {
            do {
                _ = try source.masterKeys()
            } catch {
                reader.note(.masterKeyFile, "\(source): \(error)")
            }
        }
        return source
    }

    static func signingKey(
        _ reader: inout SettingsReader, stateFolder: FilePath, isEmbedded: Bool,
        timeLimit: Duration
    ) -> SecretSource {
        let derived = stateFolder.appending("audit.key")
        let source = source(
            &reader, file: .auditSigningKeyFile, command: .auditSigningKeyCommand,
            derived: derived, isEmbedded: isEmbedded, timeLimit: timeLimit,
            missing: "a database of your own needs a key for its seals, a file or a command")
        if isToBeRead(source, isEmbedded: isEmbedded) {
            do {
                _ = try source.signingKey()
            } catch {
                reader.note(.auditSigningKeyFile, "\(source): \(error)")
            }
        }
        return source
    }

    /// Whether the file must be there already. Commands are run once, where the key is needed.
    private static func isToBeRead(_ source: SecretSource, isEmbedded: Bool) -> Bool {
        guard case .file(let path) = source else { return false }
        return !path.isEmpty && (!isEmbedded || FilePath(path).exists)
    }

    private static func source(
        _ reader: inout SettingsReader, file: Setting, command: Setting, derived: FilePath,
        isEmbedded: Bool, timeLimit: Duration, missing: String
    ) -> SecretSource {
        let words = reader.list(command)
        let isCommand = !words.isEmpty
        let name =
            isEmbedded && !isCommand
            ? reader.text(file, fallback: derived.string) : reader.text(file)
        guard isCommand else {
            if name == nil { reader.note(file, missing) }
            return .file(path: name.map { FilePath($0).absolute.string } ?? "")
        }
        if name != nil { reader.note(command, "\(file.key) is set too: leave one of them out") }
        do {
            let found = try SecretCommand(words, timeLimit: timeLimit)
            try found.check()
            return .command(found)
        } catch {
            reader.note(command, "\(error)")
            return .file(path: "")
        }
    }
}
