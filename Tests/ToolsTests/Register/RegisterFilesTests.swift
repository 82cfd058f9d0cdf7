import RegisterData
import Testing

@Suite("The register's files")
struct RegisterFilesTests {
    private static let municipalities = """
        code,name_fi,name_sv,language_status,valid_from,valid_to
        837,Tampere,Tammerfors,0,2025-01-01,

        """
    private static let areas = """
        kind,code,name_fi,name_sv,name_en,valid_from,valid_to
        region,06,Pirkanmaa,Birkaland,,2025-01-01,
        region,07,Muu,Annan,,2025-01-01,

        """
    private static let memberships = """
        area_kind,area_code,valid_from,valid_to,municipality_codes
        region,06,2025-01-01,,837

        """

    /// Reads the three files with one of them replaced.
    private func read(_ file: NationalRegister.File? = nil, _ text: String = "") throws
        -> NationalRegister
    {
        try NationalRegister { name in
            if name == file { return Array(text.utf8) }
            return switch name {
            case .municipalities: Array(Self.municipalities.utf8)
            case .areas: Array(Self.areas.utf8)
            case .memberships: Array(Self.memberships.utf8)
            }
        }
    }

    private func problem(_ file: NationalRegister.File, _ text: String) -> RegisterError? {
        do {
            _ = try read(file, text)
            return nil
        } catch {
            return error as? RegisterError
        }
    }

    @Test func areReadWhenInOrder() throws {
        let register = try read()
        #expect(register.municipalities.first?.name.swedish == "Tammerfors")
        #expect(register.memberships.count == 1)
    }

    @Test func nameFileAndLineOfWhatIsWrong() {
        let error = problem(
            .municipalities, Self.municipalities + "83,Oulu,Uleåborg,0,2025-01-01,\n")
        #expect(error?.file == "municipalities.csv")
        #expect(error?.line == 3)
        #expect(error?.problem.contains("83") == true)
    }

    @Test(arguments: [
        "837,Tampere,Tammerfors,4,2025-01-01,", "837,Tampere,Tammerfors,0,2025-02-29,",
        "837,Tampere,Tammerfors,0,2025-01-01,2024-12-31", "837,,Tammerfors,0,2025-01-01,",
        "837,Tampere,Tammerfors,0,2025-01-01", "837,Tam,pere,Tammerfors,0,2025-01-01,",
    ])
    func refuseARowThatIsNoMunicipality(row: String) {
        let header = "code,name_fi,name_sv,language_status,valid_from,valid_to\n"
        #expect(problem(.municipalities, header + row + "\n")?.line == 2)
    }

    @Test func refuseAnUnknownHeader() {
        #expect(problem(.areas, "kind;code\n")?.line == 1)
    }

    @Test func refuseTwoRowsForOneDay() {
        let twice = Self.municipalities + "837,Tampere,Tammerfors,0,2026-01-01,\n"
        #expect(problem(.municipalities, twice)?.problem.contains("two rows") == true)
    }

    @Test func refuseTwoAreasOfAKindAtOnce() {
        let both = Self.memberships + "region,07,2026-01-01,,837\n"
        #expect(problem(.memberships, both)?.problem.contains("two areas") == true)
    }

    @Test func refuseADayWithoutRegion() {
        let gap = """
            area_kind,area_code,valid_from,valid_to,municipality_codes
            region,06,2025-01-01,2025-12-31,837
            region,07,2026-01-02,,837

            """
        #expect(problem(.memberships, gap)?.problem.contains("no region") == true)
    }

    @Test func acceptAMoveFromOneDayToTheNext() throws {
        let move = """
            area_kind,area_code,valid_from,valid_to,municipality_codes
            region,06,2025-01-01,2025-12-31,837
            region,07,2026-01-01,,837

            """
        let register = try read(.memberships, move)
        let last = try #require(CivilDate("2025-12-31"))
        let first = try #require(CivilDate("2026-01-01"))
        #expect(register.area(of: "837", .region, on: last)?.code == "06")
        #expect(register.area(of: "837", .region, on: first)?.code == "07")
    }

    @Test(arguments: ["county,06,2025-01-01,,837", "region,06,2025-01-01,,999"])
    func refuseAMembershipOfWhatIsNotThere(row: String) {
        let error = problem(.memberships, Self.memberships + row + "\n")
        #expect(error?.problem.contains("no such") == true)
    }

    @Test func refuseWhatIsNotUTF8() {
        #expect(throws: RegisterError.self) {
            try NationalRegister { _ in [0xFF, 0xFE] }
        }
    }
}
