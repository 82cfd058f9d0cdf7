/// Something that does not hold: what was promised is not so.
package struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// The promises, in the order in which they are reported.
    package enum Kind: String, Sendable, CaseIterable {
        case acknowledgedWriteLost = "acknowledged write is not there"
        case writeTwice = "write is there twice"
        case refusedWriteKept = "write is there although the answer said that nothing was changed"
        case halfWrite = "write is there in part"
        case unexplained = "row that nobody asked for"
        case accessWithoutRow = "answered access has no row in the log"
        case feed = "feed has a gap, a repetition or another order"
        case seals = "log does not verify"
        case answer = "answer that must not be"
        case availability = "service did not come back"
    }

    package let kind: Kind
    package let what: String

    package init(_ kind: Kind, _ what: String) {
        self.kind = kind
        self.what = what
    }

    package var description: String { "\(kind.rawValue): \(what)" }
}
