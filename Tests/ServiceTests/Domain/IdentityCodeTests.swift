import Testing

@testable import Services

@Suite struct IdentityCodeTests {
    static let valid = [
        "131052-308T", "010594Y9032", "010594Y9021", "020594X903P", "020594X902N", "030594W903B",
        "030694W9024", "040594V9030", "040594V902Y", "050594U903M", "050594U902L", "010516B903X",
        "010516B902W", "020516C903K", "020516C902J", "030516D9037", "030516D9026", "010501E9032",
        "020502E902X", "020503F9037", "020504A902E", "020504B904H",
    ]

    @Test(arguments: valid) func publishedCodesAreAccepted(_ text: String) throws {
        let code = try IdentityCode(text, accepting: .realAndArtificial)
        #expect(code.text == text)
        #expect(code.isArtificial == (text != "131052-308T"))
    }

    @Test(arguments: ["010190-999K", "010101-010A"]) func wrongCheckCharacters(_ text: String) {
        #expect(throws: IdentityCodeViolation.checkCharacter) {
            try IdentityCode(text, accepting: .realAndArtificial)
        }
    }

    @Test(arguments: [
        ("", IdentityCodeViolation.format),
        ("010594Y903", .format),
        ("010594Y90322", .format),
        ("010594y9032", .separator),
        ("020594X903p", .format),
        (" 10594Y9032", .format),
        ("010594Y9032\u{0301}", .format),
        ("01059４Y9032", .format),
        ("010594Z9032", .separator),
        ("010594G9032", .separator),
        ("010594*9032", .separator),
        ("310294Y9032", .date),
        ("290200-9032", .date),
        ("001294Y9032", .date),
        ("011394Y9032", .date),
        ("010594Y0002", .individualNumber),
        ("010594Y0012", .individualNumber),
        ("010594Y903G", .format),
        ("010594Y9033", .checkCharacter),
    ]) func theFirstThingWrongIsNamed(_ text: String, _ violation: IdentityCodeViolation) {
        #expect(throws: violation) { try IdentityCode(text, accepting: .realAndArtificial) }
    }

    @Test func leapDaysDependOnTheCentury() throws {
        // 290200: 2000 was a leap year, 1900 and 1800 were not.
        let remainder = 290_200_903 % 31
        let check = Array("0123456789ABCDEFHJKLMNPRSTUVWXY")[remainder]
        let code = try IdentityCode("290200A903\(check)", accepting: .realAndArtificial)
        #expect(code.birthDate.description == "2000-02-29")
        #expect(throws: IdentityCodeViolation.date) {
            try IdentityCode("290200-903\(check)", accepting: .realAndArtificial)
        }
        #expect(throws: IdentityCodeViolation.date) {
            try IdentityCode("290200+903\(check)", accepting: .realAndArtificial)
        }
    }

    @Test func theSeparatorGivesTheCentury() throws {
        let remainder = 10_594_903 % 31
        let check = Array("0123456789ABCDEFHJKLMNPRSTUVWXY")[remainder]
        for (separators, year) in [("ABCDEF", 2094), ("-YXWVU", 1994), ("+", 1894)] {
            for separator in separators {
                let code = try IdentityCode(
                    "010594\(separator)903\(check)", accepting: .realAndArtificial)
                #expect(code.birthDate.year == year)
            }
        }
    }

    @Test func codesThatDifferInTheSeparatorOnlyAreDifferentPeople() throws {
        let one = try IdentityCode("010594Y9032", accepting: .realAndArtificial)
        let other = try IdentityCode("010594X9032", accepting: .realAndArtificial)
        #expect(one.birthDate == other.birthDate)
        #expect(one != other)
    }

    @Test func productionRefusesArtificialNumbers() throws {
        #expect(throws: IdentityCodeViolation.individualNumber) {
            try IdentityCode("010594Y9032", accepting: .realOnly)
        }
        let real = try IdentityCode("131052-308T", accepting: .realOnly)
        #expect(real.birthDate.description == "1952-10-13")
    }

    @Test func everyOtherCheckCharacterIsRefused() {
        for check in "0123456789ABCDEFHJKLMNPRSTUVWXY" where check != "2" {
            #expect(throws: IdentityCodeViolation.checkCharacter) {
                try IdentityCode("010594Y903\(check)", accepting: .realAndArtificial)
            }
        }
    }

    @Test func aDescriptionNeverShowsTheCode() throws {
        let code = try IdentityCode("010594Y9032", accepting: .realAndArtificial)
        #expect(!"\(code)".contains("9032"))
        #expect(!String(reflecting: code).contains("9032"))
    }
}
