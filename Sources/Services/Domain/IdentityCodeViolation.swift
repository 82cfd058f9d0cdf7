/// Why a text is no personal identity code. The raw value is the stable reason of the field violation.
public enum IdentityCodeViolation: String, Error, Sendable, CaseIterable {
    /// Not 11 characters of the form DDMMYY, separator, three digits, check character.
    case format = "FORMAT"
    /// The separator stands for no century.
    case separator = "SEPARATOR"
    /// There is no such day of birth.
    case date = "DATE"
    /// The individual number is not given out, or is an artificial one where those are refused.
    case individualNumber = "INDIVIDUAL_NUMBER"
    /// The check character does not fit the digits.
    case checkCharacter = "CHECK_CHARACTER"

    /// What would be right, for a person. Never repeats the value.
    public var explanation: String {
        switch self {
        case .format:
            "A personal identity code has 11 characters: day, month and year of birth with two "
                + "digits each, a separator, three digits and an upper-case check character."
        case .separator:
            "The seventh character is one of A to F for those born from 2000 on, one of "
                + "-, Y, X, W, V and U for the 1900s, and + for the 1800s."
        case .date:
            "The first six digits and the separator must name a real day."
        case .individualNumber:
            "The individual number lies from 002 to 899. Numbers from 900 to 999 are artificial "
                + "and are accepted only where the daemon is configured for test data."
        case .checkCharacter:
            "The last character must be the check character of the nine digits."
        }
    }
}
