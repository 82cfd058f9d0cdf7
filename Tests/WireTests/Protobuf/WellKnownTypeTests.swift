import Testing
import Wire

@Suite struct WellKnownTypeTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("1969-12-31T23:59:59.999Z", -1, 999_000_000),
            ("2000-02-29T12:34:56.000001Z", 951_827_696, 1_000),
            ("2026-01-01T00:00:00.000000001Z", 1_767_225_600, 1),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
            ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999),
        ] as [(String, Int64, Int32)])
    func timesComeBack(_ text: String, _ seconds: Int64, _ nanos: Int32) {
        let time = Timestamp(seconds: seconds, nanos: nanos)
        #expect(time.rfc3339 == text)
        #expect(Timestamp(rfc3339: text) == time)
    }

    @Test func offsetsAndFractionsAreRead() {
        let noon = Timestamp(rfc3339: "2026-01-01T12:00:00Z")
        #expect(Timestamp(rfc3339: "2026-01-01T14:00:00+02:00") == noon)
        #expect(Timestamp(rfc3339: "2026-01-01T06:30:00-05:30") == noon)
        #expect(Timestamp(rfc3339: "2026-01-01T12:00:00.5Z")?.nanos == 500_000_000)
    }

    @Test(arguments: [
        "", "2026-01-01", "2026-01-01T12:00:00", "2026-01-01 12:00:00Z", "2026-13-01T12:00:00Z",
        "2026-02-29T12:00:00Z", "2026-00-01T12:00:00Z", "2026-01-00T12:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T12:60:00Z", "2026-01-01T12:00:60Z",
        "2026-01-01T12:00:00.Z", "2026-01-01T12:00:00.1234567890Z", "2026-01-01T12:00:00Zx",
        "2026-01-01T12:00:00+2:00", "2026-1-1T12:00:00Z", "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2026-01-01t12:00:00z",
    ])
    func malformedTimesAreRefused(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
        #expect(throws: JSONError.self) { try Timestamp(json: .string(text)) }
    }

    @Test func daysOfFourCenturiesComeBack() {
        for day in stride(from: -719_162, through: 2_932_896, by: 97) {
            let time = Timestamp(seconds: Int64(day) * 86_400)
            #expect(time.rfc3339.flatMap { Timestamp(rfc3339: $0) } == time)
        }
    }

    @Test func timesOutOfRangeHaveNoText() {
        #expect(Timestamp(seconds: 253_402_300_800).rfc3339 == nil)
        #expect(Timestamp(seconds: -62_135_596_801).rfc3339 == nil)
        #expect(Timestamp(seconds: 0, nanos: -1).rfc3339 == nil)
        #expect(Timestamp(seconds: 0, nanos: 1_000_000_000).json == .null)
        #expect(Timestamp(seconds: .max, nanos: .max).description.contains("seconds"))
    }

    @Test(
        arguments: [
            ("0s", 0, 0), ("1.500s", 1, 500_000_000), ("-0.000000001s", 0, -1),
            ("-315576000000s", -315_576_000_000, 0), ("3.000010s", 3, 10_000),
        ] as [(String, Int64, Int32)])
    func durationsComeBack(_ text: String, _ seconds: Int64, _ nanos: Int32) throws {
        let duration = WireDuration(seconds: seconds, nanos: nanos)
        #expect(duration.json == .string(text))
        #expect(try WireDuration(json: .string(text)) == duration)
    }

    @Test(arguments: [
        "", "s", "1", "1.s", ".5s", "+1s", "1.5", "--1s", "1.0000000000s", "315576000001s", "1 s",
        "99999999999999999999s", "1.5ss",
    ])
    func malformedDurationsAreRefused(_ text: String) {
        #expect(throws: JSONError.self) { try WireDuration(json: .string(text)) }
    }

    @Test func fieldMasksAreCamelCaseInJSON() throws {
        let mask = FieldMask(paths: ["service_language", "contact", "name.given_names"])
        #expect(mask.json == .string("serviceLanguage,contact,name.givenNames"))
        #expect(try FieldMask(json: mask.json) == mask)
        #expect(try FieldMask(json: .string("")) == FieldMask())
        #expect(throws: JSONError.self) { try FieldMask(json: .string("service_language")) }
        #expect(throws: JSONError.self) { try FieldMask(json: .string("a,,b")) }
        #expect(throws: JSONError.self) { try FieldMask(json: .array([])) }
        #expect(try FieldMask(decoding: mask.encoded()) == mask)
    }

    @Test func durationsAndTimesComeBackFromBytes() throws {
        let duration = WireDuration(seconds: -1, nanos: -5)
        #expect(try WireDuration(decoding: duration.encoded()) == duration)
        let time = Timestamp(seconds: -1, nanos: 5)
        #expect(try Timestamp(decoding: time.encoded()) == time)
    }
}
