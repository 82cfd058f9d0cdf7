import ArgumentParser
import SystemPackage
import Tenancy

/// Shows what the daemon would start with.
struct CheckConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Print every setting with its value and origin, and check the files it names.",
        discussion: """
            Values that may hold a password are never printed. Exits with 0 where the daemon could \
            start with this, with 1 and a list of all problems where not.
            """)

    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let settings = await flags.settings()
        let keyWidth = settings.rows.map(\.setting.key.count).max() ?? 0
        let valueWidth = min(40, settings.rows.map(\.value.count).max() ?? 0)
        for row in settings.rows.sorted(by: { $0.setting.key < $1.setting.key }) {
            let key = row.setting.key.padded(to: keyWidth)
            let value = (row.value.isEmpty ? "-" : row.value).padded(to: valueWidth)
            try Output.standard("\(key)  \(value)  (\(row.origin))")
        }
        for problem in settings.problems {
            try Output.error("problem: \(problem)")
        }
        let areKeysSound = try checkKeys(settings)
        guard settings.problems.isEmpty, areKeysSound else { throw ExitCode(1) }
        try Output.standard("The configuration is sound.")
    }

    /// Runs the commands that print keys, and lets what they say on standard error through. Of a key it
    /// shows no more than its id.
    private func checkKeys(_ settings: Settings) throws -> Bool {
        var isSound = true
        do {
            if case .command = settings.masterKey {
                let ids = try settings.masterKey.masterKeys(showsErrors: true).map(\.id)
                try Output.standard("Master keys: \(ids.joined(separator: ", "))")
            }
        } catch let error as CryptoError {
            try Output.error("problem: \(Setting.masterKeyCommand.key): \(error)")
            isSound = false
        }
        do {
            if case .command = settings.audit.signingKey {
                _ = try settings.audit.signingKey.signingKey(showsErrors: true)
            }
        } catch {
            try Output.error("problem: \(Setting.auditSigningKeyCommand.key): \(error)")
            isSound = false
        }
        return isSound
    }
}

/// Lines for the person at the command line; the daemon itself speaks through its log.
enum Output {
    static func standard(_ line: String) throws {
        try FileDescriptor.standardOutput.writeAll(Array("\(line)\n".utf8))
    }

    static func error(_ line: String) throws {
        try FileDescriptor.standardError.writeAll(Array("\(line)\n".utf8))
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
