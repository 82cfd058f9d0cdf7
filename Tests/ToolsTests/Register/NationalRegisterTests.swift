import Contract
import RegisterData
import Testing

@Suite("The national register")
struct NationalRegisterTests {
    let register: NationalRegister
    let day2025: CivilDate
    let day2026: CivilDate

    init() throws {
        register = try NationalRegister.embedded()
        day2025 = try #require(CivilDate("2025-06-01"))
        day2026 = try #require(CivilDate("2026-06-01"))
    }

    @Test func has308MunicipalitiesInBothYears() {
        #expect(register.municipalities(on: day2025).count == 308)
        #expect(register.municipalities(on: day2026).count == 308)
        #expect(Set(register.municipalities(on: day2026).map(\.code)).count == 308)
    }

    @Test func hasTwentyOneCountiesAndHelsinki() {
        let counties = register.areas(.county, on: day2026)
        #expect(counties.map(\.code) == (1...21).map { $0 < 10 ? "0\($0)" : "\($0)" } + ["90"])
        #expect(counties.allSatisfy { !$0.name.english.isEmpty })
    }

    @Test func changesFromElyCentresToEconomicDevelopmentCentresWithTheYear() {
        #expect(register.areas(.elyCentre, on: day2025).count == 16)
        #expect(register.areas(.elyCentre, on: day2026).isEmpty)
        #expect(register.areas(.economicDevelopmentCentre, on: day2025).isEmpty)
        #expect(register.areas(.economicDevelopmentCentre, on: day2026).count == 10)
        #expect(register.area(of: "837", .elyCentre, on: day2025)?.code == "05")
        #expect(register.area(of: "837", .elyCentre, on: day2026) == nil)
        #expect(register.area(of: "837", .economicDevelopmentCentre, on: day2026)?.code == "04")
    }

    @Test func putsEveryMunicipalityInOneAreaOfEachKind() {
        for municipality in register.municipalities(on: day2026) {
            #expect(register.area(of: municipality.code, .region, on: day2026) != nil)
            #expect(register.area(of: municipality.code, .employmentArea, on: day2026) != nil)
            let hasCounty = register.area(of: municipality.code, .county, on: day2026) != nil
            let isInAland = register.area(of: municipality.code, .region, on: day2026)?.code == "21"
            #expect(hasCounty != isInAland, "\(municipality.code)")
        }
    }

    @Test(arguments: [
        ("01", 7), ("02", 6), ("03", 10), ("04", 2), ("05", 27), ("06", 16), ("07", 11),
        ("08", 23), ("09", 10), ("10", 6), ("11", 9), ("12", 11), ("13", 19), ("14", 13),
        ("15", 22), ("16", 18), ("17", 14), ("18", 8), ("19", 30), ("20", 8), ("21", 21),
        ("90", 1),
    ])
    func countsTheMunicipalitiesOfACounty(code: String, count: Int) {
        let members = register.memberships.filter {
            $0.areaKind == .county && $0.areaCode == code && $0.validity.contains(day2026)
        }
        #expect(members.count == count)
    }

    @Test func leavesAlandsSixteenMunicipalitiesWithoutCounty() {
        let municipalities = register.municipalities(on: day2026)
        let without = municipalities.filter {
            register.area(of: $0.code, .county, on: day2026) == nil
        }
        #expect(without.count == 16)
        #expect(without.contains { $0.code == "478" && $0.name.finnish == "Maarianhamina" })
    }

    @Test func putsEachCountyInOneRegionAndUusimaaInFive() {
        var regionsOfCounty: [String: Set<String>] = [:]
        for municipality in register.municipalities(on: day2026) {
            guard let county = register.area(of: municipality.code, .county, on: day2026),
                let region = register.area(of: municipality.code, .region, on: day2026)
            else { continue }
            regionsOfCounty[county.code, default: []].insert(region.code)
        }
        #expect(regionsOfCounty.values.allSatisfy { $0.count == 1 })
        let uusimaa = regionsOfCounty.filter { $0.value == ["01"] }.keys.sorted()
        #expect(uusimaa == ["01", "02", "03", "04", "90"])
    }

    @Test func knowsTheCitiesOfTheDemonstration() {
        #expect(register.area(of: "837", .county, on: day2026)?.code == "08")
        #expect(register.area(of: "564", .county, on: day2026)?.code == "19")
        #expect(register.area(of: "091", .county, on: day2026)?.code == "90")
        #expect(!register.municipalities.contains { $0.code == "588" })
    }

    @Test func becomesARequestWithEveryRow() {
        let request = register.loadRequest
        #expect(request.municipalities.count == register.municipalities.count)
        #expect(request.areas.count == register.areas.count)
        #expect(request.memberships.count == register.memberships.count)
        let ely = request.areas.first { $0.kind == .elyCentre }
        #expect(ely?.validTo == "2025-12-31")
        #expect(request.source.contains("CC BY 4.0"))
    }
}
