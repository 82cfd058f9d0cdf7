/// What a connection needs, by its name in a profile file.
enum Setting: String, CaseIterable {
    case server
    case cert
    case key
    case ca
    case user
    case timeout

    /// The name of its variable in the environment.
    var variable: String { "ICDS_" + rawValue.uppercased() }

    /// The name of its flag.
    var flag: String { "--" + rawValue }

    var isPath: Bool {
        switch self {
        case .cert, .key, .ca: true
        case .server, .user, .timeout: false
        }
    }

    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
