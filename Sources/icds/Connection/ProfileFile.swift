/// Where profiles lie, and which one counts.
enum ProfileFile {
    static let variable = "ICDS_PROFILE"
    private static let nameDefault = "default"

    /// The profile that the flag or the environment names, else "default" where that exists.
    ///
    /// Throws `UsageError` where a profile that was asked for is not there or is wrong.
    static func find(
        flag: String?, environment: [String: String]
    ) throws -> (name: String, profile: Profile)? {
        let asked = [flag, environment[variable]].compactMap { $0 }.first { !$0.isEmpty }
        let name = asked ?? nameDefault
        let path = path(name, environment: environment)
        if asked == nil && !InputFile.exists(path) { return nil }
        let text = try InputFile.text(path, bytesMax: Profile.bytesMax)
        let home = environment["HOME"] ?? ""
        return (name, try Profile(text: text, path: path, home: home))
    }

    /// A name with a slash is a path; any other lies in the user's folder of profiles.
    static func path(_ name: String, environment: [String: String]) -> String {
        if name.contains("/") { return name }
        let folder =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? (environment["HOME"] ?? "") + "/.config"
        return folder + "/icds/profiles/" + name
    }
}
