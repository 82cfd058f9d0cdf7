import Configuration
import SystemPackage
import Yams

/// Where values come from, the strongest first: flags, environment, file.
struct ConfigurationSources: Sendable {
    /// A value as it was written, and where.
    struct Found: Sendable, Equatable {
        var values: [String]
        var origin: String
    }

    /// What is wrong with the sources themselves: a file that cannot be read, a key nobody knows.
    private(set) var problems: [String] = []
    private var layers: [(provider: any ConfigProvider, origin: @Sendable (Setting) -> String)] = []

    /// Opens the sources. A problem with the file is kept in `problems`, and the other sources count
    /// all the same, so that one check shows everything.
    ///
    /// - Parameters:
    ///   - flags: The flags that were given, by setting.
    ///   - environment: The process's environment.
    ///   - filePath: The configuration file (YAML, of which JSON is a subset), or nil.
    init(flags: [Setting: [String]], environment: [String: String], filePath: String?) async {
        let given = flags.map { setting, values in
            let content: ConfigContent =
                setting.isList ? .stringArray(values) : .string(values.last ?? "")
            return (AbsoluteConfigKey(setting.components), ConfigValue(content, isSecret: false))
        }
        let flagProvider = InMemoryProvider(
            name: "flags", values: Dictionary(given, uniquingKeysWith: { _, last in last }))
        layers.append((flagProvider, { "--\($0.flagName)" }))
        // An empty variable counts as unset: that is how an empty line in an environment file reads.
        let variables = environment.filter { !$0.value.isEmpty }
        let environmentProvider = EnvironmentVariablesProvider(environmentVariables: variables)
            .prefixKeys(with: ["icds"])
        layers.append((environmentProvider, { $0.environmentName }))
        if let filePath {
            await addFile(filePath)
        }
    }

    private mutating func addFile(_ path: String) async {
        do {
            let provider = try await FileProvider<YAMLSnapshot>(filePath: FilePath(path))
            layers.append((provider, { "\(path): \($0.key)" }))
            let known = Set(Setting.allCases.map(\.key))
            for key in try Self.keys(inFile: path) where !known.contains(key) {
                problems.append(
                    "\(path): unknown key \(key)\(Self.suggestion(for: key, in: known))")
            }
        } catch {
            problems.append("\(path): cannot be read as YAML or JSON: \(error)")
        }
    }

    /// The strongest source's value of a setting, or nil where none gives one.
    ///
    /// - Throws: what the source says about a value of another shape, such as a mapping.
    func find(_ setting: Setting) throws -> Found? {
        let key = AbsoluteConfigKey(setting.components)
        for layer in layers {
            let values: [String]
            if setting.isList {
                values = try list(key, in: layer.provider)
            } else {
                let found = try layer.provider.value(forKey: key, type: .string).value
                values = [found?.content.text].compactMap { $0 }.filter { !$0.isEmpty }
            }
            if !values.isEmpty {
                return Found(values: values, origin: layer.origin(setting))
            }
        }
        return nil
    }

    /// A list may be written as a sequence, or as one string with commas.
    private func list(_ key: AbsoluteConfigKey, in provider: any ConfigProvider) throws -> [String]
    {
        do {
            let found = try provider.value(forKey: key, type: .stringArray).value
            return found?.content.texts ?? []
        } catch {
            let found = try provider.value(forKey: key, type: .string).value
            return found?.content.text?.split(separator: ",").map { String($0.trimmed) } ?? []
        }
    }

    /// All keys that lead to a value in the file, dotted.
    private static func keys(inFile path: String) throws -> [String] {
        let descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
        let bytes = try descriptor.closeAfter { try descriptor.readAll(limit: 1 << 20) }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let root = try Yams.compose(yaml: text) else { return [] }
        var found: [String] = []
        var open: [(prefix: String, node: Node)] = [("", root)]
        while let (prefix, node) = open.popLast() {
            if let mapping = node.mapping {
                for (key, value) in mapping {
                    let name = key.string ?? "?"
                    open.append((prefix.isEmpty ? name : "\(prefix).\(name)", value))
                }
            } else if !prefix.isEmpty && !isEmptySection(prefix, node) {
                found.append(prefix)
            }
        }
        return found.sorted()
    }

    /// A section whose every line is a comment reads as a key without a value.
    private static func isEmptySection(_ key: String, _ node: Node) -> Bool {
        let isEmpty = ["", "~", "null"].contains(node.scalar?.string ?? "-")
        return isEmpty && Setting.allCases.contains { $0.key.hasPrefix("\(key).") }
    }

    /// A known key that differs only in its last part's case or separators, or shares the section.
    private static func suggestion(for key: String, in known: Set<String>) -> String {
        let plain = { (text: String) in text.lowercased().filter(\.isLetter) }
        if let near = known.first(where: { plain($0) == plain(key) }) {
            return " (did you mean \(near)?)"
        }
        let section = key.prefix { $0 != "." }
        let siblings = known.filter { $0.hasPrefix("\(section).") }.sorted()
        return siblings.isEmpty ? "" : " (known: \(siblings.joined(separator: ", ")))"
    }
}

extension Setting {
    fileprivate var components: [String] { key.split(separator: ".").map(String.init) }
}

extension ConfigContent {
    fileprivate var text: String? {
        if case .string(let value) = self { value } else { nil }
    }

    fileprivate var texts: [String]? {
        if case .stringArray(let values) = self { values } else { nil }
    }
}
