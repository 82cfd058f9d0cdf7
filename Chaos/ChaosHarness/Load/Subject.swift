import Contract

/// The client that an answer is about, by which its row in the log is known.
enum Subject<Response> {
    case nobody
    /// The one that was asked for, where that is known.
    case client(String?)
    /// The one that the answer has.
    case found(in: KeyPath<Response, Client?>)

    func clientID(_ response: Response) -> String? {
        switch self {
        case .nobody: nil
        case .client(let clientID): clientID
        case .found(in: let path): response[keyPath: path]?.clientID
        }
    }
}
