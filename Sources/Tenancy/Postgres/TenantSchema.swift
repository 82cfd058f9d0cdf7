/// The schema of one municipality, and the names that belong to it.
///
/// It is the only way for a schema name to get into SQL text, and it can only be made from
/// exactly three ASCII digits, so that no request can bring in anything else.
public struct TenantSchema: Sendable, Hashable, CustomStringConvertible {
    /// The municipality's code, three ASCII digits ("837").
    public let code: String

    /// - Parameter municipalityCode: exactly three ASCII digits; anything else gives nil.
    public init?(municipalityCode: String) {
        let digits = municipalityCode.utf8
        guard digits.count == 3,
            digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        self.code = municipalityCode
    }

    /// The schema's name ("m837").
    public var name: String { "m" + code }
    /// The NOLOGIN role that works on the schema's tables ("m837").
    public var role: String { "m" + code }
    /// The NOLOGIN role that sees the shareable views only ("m837_sharing").
    public var sharingRole: String { "m" + code + "_sharing" }
    /// The schema's name quoted for SQL text.
    public var quotedName: String { "\"m" + code + "\"" }

    public var description: String { name }

    /// The code as a number plus one; zero stands for "no schema" in statement keys.
    var keyNumber: UInt16 { (UInt16(code) ?? 0) + 1 }
}
