package import RegisterData

/// A personal identity code that belongs to nobody: its individual number lies from 900 to 999, which
/// are never given out. Form and check character are those of decree 128/2010 section 2 with the
/// separators of 690/2022.
package struct ArtificialIdentityCode: Equatable {
    package let text: String
    package let birthDate: CivilDate

    /// How many codes there are of each separator before they repeat.
    package static let countPerSeparator = 300_000

    /// Separators with the first birth date that is used with them, and how many days from there on.
    /// 16,401 and 3,001 share no factor with 100, which makes `init(index:)` free of repetitions.
    private static let separators: [(character: Character, firstYear: Int, dayCount: Int)] = [
        ("-", 1955, 16_400), ("A", 2000, 3000), ("Y", 1955, 16_400), ("B", 2000, 3000),
        ("X", 1955, 16_400), ("C", 2000, 3000), ("W", 1955, 16_400), ("D", 2000, 3000),
        ("V", 1955, 16_400), ("E", 2000, 3000), ("U", 1955, 16_400), ("F", 2000, 3000),
        ("+", 1890, 3000),
    ]
    package static let separatorCount = separators.count

    private static let checkCharacters = Array("0123456789ABCDEFHJKLMNPRSTUVWXY")

    /// The code with that index. Different indices give different codes as long as no separator is
    /// used more often than `countPerSeparator`; 13 in a row have every separator once.
    package init?(index: Int) {
        guard index >= 0, index / Self.separatorCount < Self.countPerSeparator else { return nil }
        let (separator, firstYear, dayCount) = Self.separators[index % Self.separatorCount]
        let turn = index / Self.separatorCount
        // 1,237 is a prime that divides neither number of days: every day comes once a round.
        let dayOffset = turn * 1237 % dayCount
        // Within a day, the number advances by one from round to round, shifted by the turn.
        let number = 900 + (turn + turn / dayCount) % 100
        guard
            let firstDay = CivilDate(year: firstYear, month: 1, day: 1)?.dayNumber,
            let birthDate = CivilDate(dayNumber: firstDay + dayOffset)
        else { return nil }
        self.init(birthDate: birthDate, separator: separator, individualNumber: number)
    }

    package init(birthDate: CivilDate, separator: Character, individualNumber: Int) {
        let day = Self.digits(birthDate.day, count: 2)
        let month = Self.digits(birthDate.month, count: 2)
        let year = Self.digits(birthDate.year % 100, count: 2)
        let number = Self.digits(individualNumber, count: 3)
        let nineDigits = Int(day + month + year + number) ?? 0
        let check = Self.checkCharacters[nineDigits % Self.checkCharacters.count]
        self.text = "\(day)\(month)\(year)\(separator)\(number)\(check)"
        self.birthDate = birthDate
    }

    private static func digits(_ number: Int, count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
