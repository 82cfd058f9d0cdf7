import Testing

@testable import Services

@Suite struct CalendarDateTests {
    @Test(arguments: ["2026-01-01", "2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29"])
    func realDaysAreReadAndWrittenAlike(_ text: String) throws {
        let date = try #require(CalendarDate(text))
        #expect(date.description == text)
    }

    @Test(arguments: [
        "", "2026-1-1", "2026-13-01", "2026-00-10", "2023-02-29", "1900-02-29", "2026-04-31",
        "2026-01-00", "0000-01-01", "2026/01/01", "2026-01-01T00:00:00Z", "+026-01-01",
        "２０２６-01-01", "2026-01-0 ",
    ]) func everythingElseIsRefused(_ text: String) {
        #expect(CalendarDate(text) == nil)
    }

    @Test func daysAreInOrder() throws {
        let texts = ["1999-12-31", "2000-01-01", "2000-01-02", "2000-02-01", "2001-01-01"]
        let dates = try texts.map { try #require(CalendarDate($0)) }
        #expect(dates == dates.sorted())
        #expect(Set(dates).count == dates.count)
    }
}
