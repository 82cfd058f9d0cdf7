import RegisterData
import Testing

@Suite("Days of the calendar")
struct CivilDateTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("2000-02-29", 11_016), ("2025-01-01", 20_089), ("1969-12-31", -1),
        ("1899-12-31", -25_568),
    ])
    func countFrom1970(text: String, number: Int) throws {
        let day = try #require(CivilDate(text))
        #expect(day.dayNumber == number)
        #expect(CivilDate(dayNumber: number) == day)
        #expect(day.description == text)
    }

    @Test(arguments: [
        "2025-02-29", "1900-02-29", "2025-13-01", "2025-00-10", "2025-04-31", "2025-1-1",
        "20250101", "2025-01-01 ", "+025-01-01", "",
    ])
    func refuseWhatIsNoDay(text: String) {
        #expect(CivilDate(text) == nil)
    }

    @Test func followOneAnotherWithoutGap() throws {
        let first = try #require(CivilDate("1995-12-30"))
        var previous = first
        for offset in 1...3000 {
            let next = try #require(CivilDate(dayNumber: first.dayNumber + offset))
            #expect(previous < next)
            #expect(next.dayNumber == previous.dayNumber + 1)
            previous = next
        }
    }
}
