/// What a connection needs, by its name in a profile file.
enum Setting: String, CaseIterable {
    case server
    case cert
    case key
    case ca
    case crl
    case user
    case timeout

    /// The name of its variable in the environment.
    var variable: String { "ICDS_" + rawValue.uppercased() }

    /// The name of its flag.
    var flag: String { "--" + rawValue }

    var isPath: Bool {
        switch self {
        case .cert, .key, .ca, .crl: true
        case .server, .user, .timeout: false
        }
    }

    /// Whether it may have several values: flags that repeat, or one text with commas.
    var isList: Bool { self == .crl }

    /// The values of a text with commas.
    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { Profile.trimmed($0) }
    }

    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
