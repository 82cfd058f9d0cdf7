import Contract
import Testing

@testable import Services

@Suite struct ClientValidationTests {
    private let validation = ClientValidation(
        acceptance: .realAndArtificial,
        today: CalendarDate(year: 2026, month: 6, day: 1) ?? .distantPast)

    private func violations(of client: Client) -> [String] {
        var violations = FieldViolations()
        _ = validation.check(client, at: "client", &violations)
        return violations.summary
    }

    private func client(_ change: (inout Client) -> Void = { _ in }) -> Client {
        var client = Client()
        client.name = .with {
            $0.givenNames = "Amina Zahra"
            $0.familyName = "Hassan"
        }
        change(&client)
        return client
    }

    @Test func aNameIsEnough() {
        #expect(violations(of: client()) == [])
    }

    @Test func everythingWrongIsReportedAtOnce() {
        let wrong = client {
            $0.name = .with { $0.givenNames = " " }
            $0.identityCode = "010594Y9033"
            $0.birthDate = "1994-02-30"
            $0.contact = .with {
                $0.telephone = "0401234567"
                $0.email = "nobody"
                $0.postalCode = "3310"
            }
            $0.citizenships = ["SO", "xx", "SO"]
            $0.serviceLanguage = .with { $0.nativeLanguage = "Somali" }
            $0.background = .with {
                $0.educationLevel = 10
                $0.finnishLevel = "C2"
            }
            $0.residenceTitles = [
                .with {
                    $0.validFrom = "2026-01-01"
                    $0.validTo = "2025-01-01"
                    $0.type = .unrecognized(99)
                }
            ]
        }
        #expect(
            violations(of: wrong) == [
                "client.birth_date DATE",
                "client.identity_code CHECK_CHARACTER",
                "client.name.given_names REQUIRED",
                "client.name.family_name REQUIRED",
                "client.contact.telephone FORMAT",
                "client.contact.email FORMAT",
                "client.contact.postal_code FORMAT",
                "client.residence_titles[0].type UNKNOWN_VALUE",
                "client.residence_titles[0].valid_to DATE_ORDER",
                "client.citizenships[1] UNKNOWN_VALUE",
                "client.citizenships[2] REPEATED",
                "client.service_language.native_language UNKNOWN_VALUE",
                "client.background.education_level OUT_OF_RANGE",
                "client.background.finnish_level UNKNOWN_VALUE",
            ])
    }

    @Test func theDateOfBirthAgreesWithTheCode() {
        let wrong = client {
            $0.identityCode = "010594Y9032"
            $0.birthDate = "1994-05-02"
        }
        #expect(violations(of: wrong) == ["client.birth_date DISAGREES"])
        let right = client {
            $0.identityCode = "010594Y9032"
            $0.birthDate = "1994-05-01"
        }
        #expect(violations(of: right) == [])
    }

    @Test func birthsLieInThePast() {
        #expect(
            violations(of: client { $0.birthDate = "2026-06-02" })
                == ["client.birth_date FUTURE_DATE"])
        #expect(violations(of: client { $0.birthDate = "2026-06-01" }) == [])
        let check = Array("0123456789ABCDEFHJKLMNPRSTUVWXY")[20_626_903 % 31]
        #expect(
            violations(of: client { $0.identityCode = "020626A903\(check)" })
                == ["client.identity_code DATE"])
    }

    @Test func lengthsCountCharactersAndHoldAtTheLimit() {
        // U+00E4 has two bytes in UTF-8 and is one character.
        let atLimit = String(repeating: "ä", count: 200)
        let longest = client { $0.name?.familyName = atLimit }
        #expect(violations(of: longest) == [])
        #expect(
            violations(of: client { $0.name?.familyName = atLimit + "ä" })
                == ["client.name.family_name TOO_LONG"])
        let background = { (count: Int) in
            client {
                $0.background = .with { $0.skills = String(repeating: "a", count: count) }
            }
        }
        #expect(violations(of: background(4000)) == [])
        #expect(violations(of: background(4001)) == ["client.background.skills TOO_LONG"])
    }

    @Test func listsHaveALimit() {
        let titles = { (count: Int) in
            client {
                $0.residenceTitles = Array(
                    repeating: .with { $0.validFrom = "2026-01-01" }, count: count)
            }
        }
        #expect(violations(of: titles(ClientValidation.listCountMax)) == [])
        #expect(
            violations(of: titles(ClientValidation.listCountMax + 1))
                == ["client.residence_titles TOO_MANY"])
    }

    @Test func lineBreaksBelongToProseOnly() {
        #expect(
            violations(of: client { $0.name?.givenNames = "A\nB" })
                == ["client.name.given_names CONTROL_CHARACTER"])
        #expect(
            violations(of: client { $0.health = .with { $0.summary = "A\nB\tC" } }) == [])
        #expect(
            violations(of: client { $0.health = .with { $0.summary = "A\u{7}" } })
                == ["client.health.summary CONTROL_CHARACTER"])
    }

    @Test func violationsNeverRepeatAValue() throws {
        var violations = FieldViolations()
        let wrong = client {
            $0.identityCode = "010594Y9033"
            $0.contact = .with { $0.email = "secret-address" }
        }
        _ = validation.check(wrong, at: "client", &violations)
        let text = violations.summary.joined()
        #expect(!text.contains("9033") && !text.contains("secret-address"))
    }

    @Test(arguments: ["+358401234567", "+3584012", "+123456789012345"])
    func telephonesInE164(_ number: String) {
        #expect(violations(of: client { $0.contact = .with { $0.telephone = number } }) == [])
    }

    @Test(arguments: [
        "+", "+0401234567", "358401234567", "+358 40 123", "+1234567890123456", "+12345",
    ])
    func otherTelephones(_ number: String) {
        #expect(
            violations(of: client { $0.contact = .with { $0.telephone = number } })
                == ["client.contact.telephone FORMAT"])
    }

    @Test func sourcesNameAGroupOnce() {
        let wrong = client {
            $0.sources = [
                .with { $0.category = .health },
                .with { $0.category = .health },
                .with { $0.category = .unspecified },
            ]
        }
        #expect(
            violations(of: wrong) == [
                "client.sources[1].category REPEATED", "client.sources[2].category UNKNOWN_VALUE",
            ])
    }
}
