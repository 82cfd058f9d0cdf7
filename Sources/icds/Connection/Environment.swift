#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The variables of the environment that this program reads.
enum Environment {
    static let values: [String: String] = {
        let names =
            Setting.allCases.map(\.variable) + [ProfileFile.variable, "HOME", "XDG_CONFIG_HOME"]
        var values: [String: String] = [:]
        for name in names {
            if let text = getenv(name) { values[name] = String(cString: text) }
        }
        return values
    }()
}
