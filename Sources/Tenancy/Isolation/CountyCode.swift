/// The code of a wellbeing services county: exactly two ASCII digits.
public struct CountyCode: Sendable, Hashable, CustomStringConvertible {
    public let text: String
    public var description: String { text }

    public init?(_ text: String) {
        let digits = text.utf8
        guard digits.count == 2,
            digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        self.text = text
    }
}
