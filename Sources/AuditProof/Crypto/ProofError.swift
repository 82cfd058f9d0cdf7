/// Why something of the audit's proofs could not be made or read. No case carries a key.
public enum ProofError: Error, Sendable, Equatable, CustomStringConvertible {
    /// OpenSSL refused. It has no reason to, short of a lack of memory or a broken provider.
    case library(operation: String)
    /// The bytes are no Ed25519 key in the form that was asked for.
    case invalidKey
    /// The text or bytes do not have the form that docs/audit.md gives.
    case malformed(what: String)

    public var description: String {
        switch self {
        case .library(let operation): "OpenSSL refused: \(operation)"
        case .invalidKey: "this is no Ed25519 key"
        case .malformed(let what): "not well formed: \(what)"
        }
    }
}
