/// A Finnish personal identity code (henkilötunnus): decree 128/2010 section 2 as amended by
/// 690/2022.
///
/// All 11 characters are kept and compared. The separator is a part of the individual number since
/// 2023, so that two people may differ in nothing else; a code is never shortened, stripped or
/// brought to another case.
public struct IdentityCode: Sendable, Hashable {
    /// The 11 characters, as they were given.
    public let text: String
    /// Day of birth: the six digits in the century that the separator stands for.
    public let birthDate: CalendarDate
    /// 2 to 999; 900 and above are artificial and belong to nobody.
    public let individualNumber: Int

    /// Whether the code belongs to nobody: individual numbers 900 to 999.
    public var isArtificial: Bool { individualNumber >= Self.artificialNumberMin }

    static let length = 11
    static let individualNumberMin = 2
    static let artificialNumberMin = 900
    /// By the remainder of the nine digits modulo 31; the separator does not enter the sum.
    private static let checkCharacters = Array("0123456789ABCDEFHJKLMNPRSTUVWXY".utf8)

    /// Which individual numbers count.
    public enum Acceptance: Sendable {
        /// 002 to 899: production.
        case realOnly
        /// 002 to 999: development, tests and demonstrations.
        case realAndArtificial
    }

    /// Reads a code exactly as it is written. Throws the first thing that is wrong with it.
    public init(_ text: String, accepting: Acceptance) throws(IdentityCodeViolation) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.length,
            let day = CalendarDate.number(bytes[0..<2]),
            let month = CalendarDate.number(bytes[2..<4]),
            let yearOfCentury = CalendarDate.number(bytes[4..<6]),
            let number = CalendarDate.number(bytes[7..<10]),
            Self.checkCharacters.contains(bytes[10])
        else { throw .format }
        guard let century = Self.century(ofSeparator: bytes[6]) else { throw .separator }
        guard
            let birthDate = CalendarDate(year: century + yearOfCentury, month: month, day: day)
        else { throw .date }
        guard number >= Self.individualNumberMin,
            number < Self.artificialNumberMin || accepting == .realAndArtificial
        else { throw .individualNumber }
        let digits = ((day * 100 + month) * 100 + yearOfCentury) * 1000 + number
        guard Self.checkCharacters[digits % Self.checkCharacters.count] == bytes[10] else {
            throw .checkCharacter
        }
        self.text = text
        self.birthDate = birthDate
        self.individualNumber = number
    }

    private static func century(ofSeparator separator: UInt8) -> Int? {
        switch separator {
        case UInt8(ascii: "A")...UInt8(ascii: "F"): 2000
        case UInt8(ascii: "-"), UInt8(ascii: "U")...UInt8(ascii: "Y"): 1900
        case UInt8(ascii: "+"): 1800
        default: nil
        }
    }
}

extension IdentityCode: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the code: descriptions end in logs.
    public var description: String { "IdentityCode(redacted)" }
    public var debugDescription: String { description }
}
