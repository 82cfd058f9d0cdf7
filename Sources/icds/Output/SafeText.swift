/// Text of a server or a file made harmless for a terminal. A name may hold escape sequences that
/// move the cursor or rewrite what was shown, and characters that turn the direction of writing.
enum SafeText {
    /// On one line: line breaks and tabs become spaces, other control characters are written out.
    static func line(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": result.append(" ")
            case _ where isHarmful(scalar): result.append(contentsOf: written(scalar))
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// On any number of lines: line breaks and tabs stay.
    static func block(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar != "\n" && scalar != "\t" && isHarmful(scalar) {
                result.append(contentsOf: written(scalar))
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: scalar.properties.generalCategory == .control
        }
    }

    private static func written(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
        "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars
    }
}
