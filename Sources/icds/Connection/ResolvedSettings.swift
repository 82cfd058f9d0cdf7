/// Each setting with the value that counts: the flag before the environment before the profile.
struct ResolvedSettings: Equatable {
    struct Value: Equatable {
        let text: String
        /// Where it comes from, for a person: "--server", "ICDS_SERVER", "profile default".
        let origin: String
    }

    let values: [Setting: Value]

    /// An empty flag or variable counts as absent, so that `ICDS_USER= icds …` falls through.
    init(
        flags: [Setting: String], environment: [String: String],
        profile: (name: String, profile: Profile)?
    ) {
        var values: [Setting: Value] = [:]
        for setting in Setting.allCases {
            if let text = flags[setting], !text.isEmpty {
                values[setting] = Value(text: text, origin: setting.flag)
            } else if let text = environment[setting.variable], !text.isEmpty {
                values[setting] = Value(text: text, origin: setting.variable)
            } else if let profile, let text = profile.profile.values[setting] {
                values[setting] = Value(text: text, origin: "profile \(profile.name)")
            }
        }
        self.values = values
    }

    func text(_ setting: Setting) -> String? { values[setting]?.text }

    /// The values of a setting that may have several; none where it is not given.
    func list(_ setting: Setting) -> [String] { text(setting).map(Setting.list) ?? [] }

    /// Throws `UsageError` that says the three ways to give it.
    func required(_ setting: Setting) throws(UsageError) -> String {
        guard let text = text(setting) else {
            throw UsageError(
                "no \(setting.rawValue) given: use \(setting.flag), \(setting.variable) or a profile"
            )
        }
        return text
    }
}
