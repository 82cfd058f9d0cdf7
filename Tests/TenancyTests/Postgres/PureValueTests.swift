import Testing

@testable import Tenancy

@Suite struct PureValueTests {
    @Test(arguments: ["", "83", "8371", "m37", "８３７", "83 ", "0x1", "-12"])
    func onlyThreeDigitsMakeASchema(_ code: String) {
        #expect(TenantSchema(municipalityCode: code) == nil)
    }

    @Test func aSchemaKnowsItsNames() throws {
        let schema = try #require(TenantSchema(municipalityCode: "005"))
        #expect(schema.name == "m005")
        #expect(schema.sharingRole == "m005_sharing")
        #expect(schema.quotedName == "\"m005\"")
    }

    @Test(arguments: [
        (0, "2000-01-01"), (-1, "1999-12-31"), (59, "2000-02-29"), (60, "2000-03-01"),
        (9_496, "2025-12-31"), (-10_957, "1970-01-01"), (-36_524, "1900-01-01"),
    ])
    func daysBecomeDates(_ days: Int, _ text: String) {
        #expect(CivilDate(daysSincePostgresEpoch: days).text == text)
    }

    @Test func momentsBeforeTheEpochRoundDown() {
        let moment = SQLTimestamp(microsecondsSinceEpoch: -1)
        #expect(moment.seconds == -1)
        #expect(moment.nanoseconds == 999_999_000)
    }

    @Test func pausesDoubleUpToTheLast() {
        var backoff = Backoff(first: .milliseconds(100), last: .milliseconds(350))
        var pauses = (0..<3).map { _ in backoff.failed(random: 0) }
        #expect(pauses == [.milliseconds(50), .milliseconds(100), .milliseconds(175)])
        pauses.append(backoff.failed(random: 0.5))
        #expect(pauses[3] > .milliseconds(175))
        backoff.succeeded()
        pauses.append(backoff.failed(random: 0))
        #expect(pauses[4] == .milliseconds(50))
    }

    @Test(arguments: [
        ("23505", DatabaseError.Kind.uniqueViolation(constraint: "c")),
        ("23503", .foreignKeyViolation), ("23514", .checkViolation(constraint: "c")),
        ("42501", .insufficientPrivilege), ("40001", .serialization), ("40P01", .serialization),
        ("25006", .readOnly), ("53100", .diskFull), ("53300", .unavailable),
        ("57014", .deadlineExceeded), ("57P01", .unavailable), ("57P03", .unavailable),
        ("08006", .unavailable), ("58030", .unavailable), ("42P01", .statement(sqlState: "42P01")),
    ])
    func sqlStatesHaveOneMeaning(_ sqlState: String, _ kind: DatabaseError.Kind) {
        #expect(DatabaseError.Kind.of(sqlState: sqlState, constraint: "c") == kind)
    }

    @Test func configurationsDoNotShowTheirSecrets() throws {
        let secret = "hunter2hunter2"
        let configuration = try DatabaseConfiguration(
            connectionString: "host=db password=\(secret) user=u")
        #expect(!"\(configuration)".contains(secret))
        let error = #expect(throws: DatabaseError.self) {
            try DatabaseConfiguration(connectionString: "host=db password=\(secret) nonsense")
        }
        #expect(error?.message.contains("nonsense") == false)
    }
}
