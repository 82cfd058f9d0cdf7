import Glibc
import SystemPackage

/// Reads settings one by one, remembers each with its origin, and collects every problem instead of
/// stopping at the first.
struct SettingsReader {
    /// A setting as `check-config` shows it.
    struct Row: Sendable, Equatable {
        var setting: Setting
        /// The value in words; of a secret only that it is set.
        var value: String
        var origin: String
    }

    private let sources: ConfigurationSources
    private(set) var rows: [Row] = []
    private(set) var problems: [String]

    init(sources: ConfigurationSources) {
        self.sources = sources
        problems = sources.problems
    }

    /// The value or nil. `fallback` is what follows from other settings where there is neither a
    /// value nor a default.
    mutating func text(_ setting: Setting, fallback: String? = nil) -> String? {
        values(setting, fallback: fallback.map { [$0] } ?? []).last
    }

    /// The values of a list; empty where none is given.
    mutating func list(_ setting: Setting, fallback: [String] = []) -> [String] {
        values(setting, fallback: fallback)
    }

    /// A whole number within a range.
    ///
    /// - Parameter word: what else may stand there, for the text of the problem.
    mutating func integer(
        _ setting: Setting, in range: ClosedRange<Int>, or word: String? = nil
    ) -> Int {
        let given = text(setting) ?? ""
        if let number = Int(given), range.contains(number) { return number }
        note(
            setting,
            "\"\(given)\" is not \(word.map { "\"\($0)\" or " } ?? "")a whole number from "
                + "\(range.lowerBound) to \(range.upperBound)")
        return range.lowerBound
    }

    /// One word of a fixed set.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ setting: Setting, fallback: Choice
    ) -> Choice where Choice.RawValue == String {
        let given = text(setting, fallback: fallback.rawValue) ?? ""
        if let choice = Choice(rawValue: given) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        note(setting, "\"\(given)\" is none of: \(known)")
        return fallback
    }

    /// Whether a source gives the setting, be it what its default is.
    func isGiven(_ setting: Setting) -> Bool {
        ((try? sources.find(setting)) ?? nil) != nil
    }

    /// Adds a problem that names the setting and where its value came from.
    mutating func note(_ setting: Setting, _ problem: String) {
        let origin = rows.last { $0.setting == setting }?.origin ?? "not set"
        problems.append("\(setting.key) (\(origin)): \(problem)")
    }

    /// Adds a problem where a file cannot be read.
    mutating func requireReadable(_ path: FilePath, _ setting: Setting) {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            try descriptor.close()
        } catch {
            note(setting, "\(path) cannot be read: \(error)")
        }
    }

    /// Adds a problem where a file of secrets is open to every user, or even to its group.
    mutating func requirePrivate(_ path: FilePath, _ setting: Setting, fromGroup: Bool) {
        guard let mode = try? path.status().st_mode else { return }
        if mode & (fromGroup ? 0o077 : 0o007) != 0 {
            note(setting, "\(path) is open to others than its owner: chmod 600 it")
        }
    }

    private mutating func values(_ setting: Setting, fallback: [String]) -> [String] {
        do {
            if let found = try sources.find(setting) {
                return remember(setting, found.values, origin: found.origin)
            }
        } catch {
            problems.append("\(setting.key): \(error)")
        }
        if let value = setting.defaultValue {
            return remember(setting, [value], origin: "default")
        }
        return remember(setting, fallback, origin: fallback.isEmpty ? "not set" : "derived")
    }

    private mutating func remember(
        _ setting: Setting, _ values: [String], origin: String
    ) -> [String] {
        let shown =
            setting.isSecret && !values.isEmpty ? "(set)" : values.joined(separator: ", ")
        rows.append(Row(setting: setting, value: shown, origin: origin))
        return values
    }
}
