/// Text of a caller as the log keeps it.
///
/// The log outlives the client's data and is read by many, so that no personal identity code may get
/// into it by way of a user id or a reason (Act 1050/2018 section 29); and what another organisation
/// wrote must not disturb the screen of those who read it.
enum AuditText {
    /// Takes the place of each character of a personal identity code.
    private static let mask: Unicode.Scalar = "*"
    private static let codeLength = 11

    /// The first `lengthMax` characters as PostgreSQL counts them (Unicode scalars). Whatever has the
    /// form of a personal identity code is masked, its check character right or not; characters that
    /// control a terminal or the direction of writing become blanks.
    static func kept(_ text: String, lengthMax: Int) -> String {
        if isKeptWhole(text.utf8, lengthMax: lengthMax) { return text }
        // A code that begins before the cut is masked whole, so that its first half does not stay.
        var scalars = Array(text.unicodeScalars.prefix(lengthMax + codeLength - 1))
        var index = 0
        while index + codeLength <= scalars.count {
            if isIdentityCode(scalars[index..<index + codeLength]) {
                for position in index..<index + codeLength { scalars[position] = mask }
                index += codeLength
            } else {
                index += 1
            }
        }
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: scalars.prefix(lengthMax).lazy.map { isControl($0) ? " " : $0 })
        return String(kept)
    }

    /// Whether a glance is enough, as it mostly is: a short text of ASCII that controls nothing and
    /// nowhere has the six digits that a code begins with.
    private static func isKeptWhole(_ text: String.UTF8View, lengthMax: Int) -> Bool {
        guard text.count <= lengthMax else { return false }
        var digitCount = 0
        for byte in text {
            guard (0x20...0x7E).contains(byte) else { return false }
            digitCount = (0x30...0x39).contains(byte) ? digitCount + 1 : 0
            guard digitCount < 6 else { return false }
        }
        return true
    }

    /// DDMMYY, separator, three digits, letter or digit; typed in small letters or with a dash of
    /// another kind as well.
    private static func isIdentityCode(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        for (position, scalar) in text.enumerated() {
            let fits =
                switch position {
                case 6: isSeparator(scalar)
                case 10: isDigit(scalar) || isLetter(scalar)
                default: isDigit(scalar)
                }
            guard fits else { return false }
        }
        let digits = text.map { Int($0.value) - 0x30 }
        return (1...31).contains(digits[0] * 10 + digits[1])
            && (1...12).contains(digits[2] * 10 + digits[3])
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "+", "-", "\u{2212}", "A"..."F", "U"..."Y", "a"..."f", "u"..."y": true
        default: scalar.properties.generalCategory == .dashPunctuation
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar)
    }

    /// Control characters, and those that turn the direction of writing.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: scalar.properties.generalCategory == .control
        }
    }
}
