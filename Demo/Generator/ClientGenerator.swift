import Contract
import RegisterData
import Rehearsal

/// Makes clients that belong to nobody. The same seed and run give the same clients; another run of
/// the same seed gives others, whose identity codes have not been used before.
struct ClientGenerator {
    /// Identity codes that one run may use. A run that needs more would take those of the next.
    static let codesPerRun = 104

    private let firstCodeIndex: Int
    private var codeCount = 0
    private var clientCount = 0
    private var random: SeededGenerator
    private let today: CivilDate

    /// `run` counts from 0; `today` bounds the dates of permits.
    init(seed: UInt64, run: Int, today: CivilDate) {
        firstCodeIndex = run * Self.codesPerRun
        random = SeededGenerator(seed: seed &+ UInt64(run) &* 1_000_003)
        self.today = today
    }

    /// What is special about a client.
    struct Wish: OptionSet {
        let rawValue: Int
        static let withoutIdentityCode = Wish(rawValue: 1)
        static let nonDisclosureOrder = Wish(rawValue: 2)
        /// Has data in every group of section 73, so that a decision has something to withhold.
        static let inEveryGroup = Wish(rawValue: 4)
    }

    /// The next client. Nothing where this run's identity codes are used up.
    mutating func next(_ wish: Wish = [], city: String) -> Client? {
        let people = People.all[clientCount % People.all.count]
        clientCount += 1
        var client = Client()
        if !wish.contains(.withoutIdentityCode) {
            guard codeCount < Self.codesPerRun,
                let code = ArtificialIdentityCode(index: firstCodeIndex + codeCount)
            else { return nil }
            codeCount += 1
            client.identityCode = code.text
            client.birthDate = code.birthDate.description
        } else {
            client.birthDate = day(before: today, daysMin: 7000, daysMax: 20_000)
        }
        client.nonDisclosureOrder = wish.contains(.nonDisclosureOrder)
        client.name = PersonName.with {
            $0.givenNames = random.pick(people.givenNames, or: "Ada")
            $0.familyName = random.pick(people.familyNames, or: "Example")
        }
        client.contact = contact(city: city)
        client.citizenships = [random.pick(people.citizenships, or: "ZZ")]
        client.residenceTitles = [residenceTitle(language: people.language)]
        client.serviceLanguage = serviceLanguage(people.language)
        client.background = background()
        if wish.contains(.inEveryGroup) { addRemainingGroups(to: &client) }
        client.sources = sources(client)
        return client
    }

    /// An identity code of this run that no client has: the last one it may use.
    var unusedIdentityCode: String? {
        guard codeCount < Self.codesPerRun else { return nil }
        return ArtificialIdentityCode(index: firstCodeIndex + Self.codesPerRun - 1)?.text
    }

    private mutating func contact(city: String) -> ContactDetails {
        let street = random.pick(
            ["Esimerkkikatu", "Mallitie", "Kokeilukuja", "Exempelgatan"], or: "Mallitie")
        let number = Int.random(in: 1...99, using: &random)
        let line = Int.random(in: 0...999, using: &random)
        return ContactDetails.with {
            $0.telephone = "+35840000\(String(1000 + line).suffix(3))0"
            $0.email = "person\(line)@example.fi"
            $0.streetAddress = "\(street) \(number)"
            $0.postalCode = "00000"
            $0.city = city
        }
    }

    private mutating func residenceTitle(language: String) -> ResidenceTitle {
        let byLanguage: [String: (ResidenceTitleType, ResidenceGround)] = [
            "uk": (.temporary, .temporaryProtection), "ar": (.continuous, .quotaRefugee),
            "so": (.continuous, .family), "fa": (.continuous, .internationalProtection),
            "ckb": (.continuous, .internationalProtection), "ti": (.permanent, .family),
            "vi": (.temporary, .work), "et": (.euRegistration, .other),
            "es": (.euFamilyCard, .family), "zh": (.temporary, .study),
        ]
        let (type, ground) = byLanguage[language] ?? (.continuous, .other)
        let from = day(before: today, daysMin: 30, daysMax: 900)
        return ResidenceTitle.with {
            $0.type = type
            $0.ground = ground
            $0.validFrom = from
        }
    }

    private mutating func serviceLanguage(_ native: String) -> ServiceLanguage {
        let needsInterpreter = Bool.random(using: &random)
        return ServiceLanguage.with {
            $0.nativeLanguage = native
            $0.contactLanguage = needsInterpreter ? native : "fi"
            $0.interpreterNeeded = needsInterpreter
        }
    }

    private mutating func background() -> Background {
        let level = UInt32.random(in: 1...8, using: &random)
        let trade = random.pick(
            ["welder", "nurse", "teacher", "farmer", "programmer", "cook"], or: "cook")
        let finnish = random.pick(["A1.1", "A1.3", "A2.1", "B1.1", "X"], or: "X")
        return Background.with {
            $0.educationLevel = level
            $0.workHistory = "Worked as a \(trade)."
            $0.skills = "Skills of a \(trade)."
            $0.finnishLevel = finnish
        }
    }

    private mutating func addRemainingGroups(to client: inout Client) {
        let start = day(before: today, daysMin: 20, daysMax: 29)
        client.services = [
            ServiceRecord.with {
                $0.serviceName = "Civic orientation"
                $0.startDate = start
            }
        ]
        client.health = HealthFacts.with { $0.summary = "Back pain limits heavy lifting." }
        client.placement = Placement.with {
            $0.placementDate = start
            $0.directedBy = "Economic development centre"
        }
        client.reimbursements = [
            Reimbursement.with {
                $0.section = "65"
                $0.amountCents = 230_000
                $0.decisionDate = start
            }
        ]
    }

    /// Residence facts come from the authority that grants permits; everything else the client told.
    private func sources(_ client: Client) -> [CategorySource] {
        [
            CategorySource.with {
                $0.category = .residence
                $0.kind = .authority
                $0.sourceName = "Finnish Immigration Service"
            }
        ]
    }

    private mutating func day(before last: CivilDate, daysMin: Int, daysMax: Int) -> String {
        let days = Int.random(in: daysMin...daysMax, using: &random)
        return (CivilDate(dayNumber: last.dayNumber - days) ?? last).description
    }
}
