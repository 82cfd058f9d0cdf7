/// What an operator watches of a certificate revocation list (RFC 5280, section 5).
public struct RevocationList: Sendable, Equatable {
    /// Key identifier of its issuer, in hexadecimal; empty where the list does not name it.
    public let issuerKeyID: String
    /// When it was made and when the next one is due, in Unix time. Outside of the two it counts
    /// for nothing, and nobody of its issuer is let in.
    public let thisUpdate: Int64
    public let nextUpdate: Int64
    /// SHA-256 of the issuer's name, which groups the lists of one issuer.
    let issuer: [UInt8]
}

extension Sequence<RevocationList> {
    /// The first moment at which an issuer is without a valid list, in Unix time: the newest list of
    /// each counts. Nil where there are no lists.
    public var nextUpdateDue: Int64? {
        var latest: [[UInt8]: Int64] = [:]
        for list in self {
            latest[list.issuer] = Swift.max(latest[list.issuer] ?? .min, list.nextUpdate)
        }
        return latest.values.min()
    }
}
