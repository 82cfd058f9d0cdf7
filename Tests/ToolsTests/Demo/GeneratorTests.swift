import Contract
import RegisterData
import Rehearsal
import Testing
import Wire

@testable import icds_demo

@Suite("The demonstration's people")
struct GeneratorTests {
    /// Valid codes that were published, all artificial (individual numbers 900 to 999).
    @Test(arguments: [
        "010594Y9032", "010594Y9021", "020594X903P", "020594X902N", "030594W903B", "030694W9024",
        "040594V9030", "040594V902Y", "050594U903M", "050594U902L", "010516B903X", "010516B902W",
        "020516C903K", "020516C902J", "030516D9037", "030516D9026", "010501E9032", "020502E902X",
        "020503F9037", "020504A902E", "020504B904H",
    ])
    func haveTheCheckCharacterOfPublishedCodes(code: String) throws {
        let characters = Array(code)
        let century = "ABCDEF".contains(characters[6]) ? 2000 : 1900
        let number = { (range: Range<Int>) in Int(String(characters[range])) ?? 0 }
        let date = try #require(
            CivilDate(year: century + number(4..<6), month: number(2..<4), day: number(0..<2)))
        let made = ArtificialIdentityCode(
            birthDate: date, separator: characters[6], individualNumber: number(7..<10))
        #expect(made.text == code)
    }

    @Test func haveEverySeparatorInThirteenCodes() throws {
        let codes = try (0..<13).map { try #require(ArtificialIdentityCode(index: $0)) }
        let separators = Set(codes.map { Array($0.text)[6] })
        #expect(separators == Set("-YXWVUABCDEF+"))
    }

    /// The separator says the century, which has to be that of the birth date.
    @Test func haveTheCenturyOfTheirBirthDate() throws {
        for index in 0..<20_000 {
            let code = try #require(ArtificialIdentityCode(index: index))
            let century =
                switch Array(code.text)[6] {
                case "A"..."F": 20
                case "+": 18
                default: 19
                }
            try #require(code.birthDate.year / 100 == century, "\(code.text)")
        }
    }

    @Test func haveCodesThatAreArtificialAndNeverRepeat() throws {
        let codes = (0..<20_000).compactMap { ArtificialIdentityCode(index: $0)?.text }
        #expect(Set(codes).count == 20_000)
        #expect(codes.allSatisfy { $0.utf8.count == 11 && Array($0.utf8)[7] == UInt8(ascii: "9") })
        #expect(ArtificialIdentityCode(index: -1) == nil)
    }

    @Test func areTheSameForTheSameSeedAndOthersInTheNextRun() throws {
        let today = try #require(CivilDate("2026-11-23"))
        let make = { (seed: UInt64, run: Int) in
            var generator = ClientGenerator(seed: seed, run: run, today: today)
            return (0..<20).compactMap { _ in generator.next(city: "Tampere") }
        }
        #expect(make(1, 0) == make(1, 0))
        #expect(make(1, 0) != make(2, 0))
        let codes = Set(make(1, 0).map(\.identityCode))
        #expect(codes.isDisjoint(with: make(1, 1).map(\.identityCode)))
    }

    @Test func bearWhatWasWishedFor() throws {
        let today = try #require(CivilDate("2026-11-23"))
        var generator = ClientGenerator(seed: 7, run: 3, today: today)
        let full = generator.next(.inEveryGroup, city: "Oulu")
        #expect(full?.health != nil && full?.placement != nil)
        #expect(full?.reimbursements.isEmpty == false)
        let without = generator.next(.withoutIdentityCode, city: "Oulu")
        #expect(without?.identityCode == "" && without?.birthDate.isEmpty == false)
        let protected = generator.next(.nonDisclosureOrder, city: "Oulu")
        #expect(protected?.nonDisclosureOrder == true)
        let languages = (0..<20).compactMap { _ in
            generator.next(.withoutIdentityCode, city: "Oulu")?.serviceLanguage?.nativeLanguage
        }
        #expect(Set(languages).count >= 8)
    }

    @Test func runOutOfCodesInsteadOfTakingThoseOfTheNextRun() throws {
        let today = try #require(CivilDate("2026-11-23"))
        var generator = ClientGenerator(seed: 1, run: 0, today: today)
        for _ in 0..<ClientGenerator.codesPerRun { _ = generator.next(city: "Oulu") }
        #expect(generator.next(city: "Oulu") == nil)
        #expect(generator.unusedIdentityCode == nil)
    }
}
