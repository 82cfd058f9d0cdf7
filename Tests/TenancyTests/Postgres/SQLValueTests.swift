import Tenancy
import TestSupport
import Testing

@Suite struct SQLValueTests {
    @Test func valuesComeBackAsTheyWere() async throws {
        let fixture = try DatabaseFixture()
        let statement = Statement(
            "types",
            """
            SELECT $1::text AS t, $2::bigint AS i8, $3::smallint AS i2, $4::boolean AS b,
                $5::bytea AS by, $6::uuid AS u, $7::timestamptz AS ts, $8::date AS d,
                $9::jsonb AS j, $10::text[] AS ta, $11::bigint[] AS ia, $12::text AS n,
                1.5::double precision AS f, '{}'::text[] AS none
            """)
        let moment = SQLTimestamp(microsecondsSinceEpoch: 1_767_225_600_123_456)
        let bytes: [UInt8] = [0, 255, 0, 92, 39]
        let uuid = "6f1ff1d8-0000-4a6b-8c11-ff00ff00ff00"
        let texts = ["a\"b", "c\\d", "", "NULL", "å,{}"]
        let values: [SQLValue] = [
            .text("Äö'\"$1"), .int(.min), .int(-7), .bool(true), .bytes(bytes), .uuid(uuid),
            .timestamp(moment), .date("1932-02-29"), .json(#"{"a": 1}"#), .textArray(texts),
            .intArray([1, -2]), .null,
        ]
        let row = try await fixture.database.run(
            [WorkStep(statement, values)], in: DatabaseFixture.reader)[0].only()
        #expect(try row.value("t") == "Äö'\"$1")
        #expect(try row.value("i8") == Int64.min)
        #expect(try row.value("i2") == -7)
        #expect(try row.value("b") == true)
        #expect(try row.value("by") == bytes)
        #expect(try row.value("u") == uuid)
        #expect(try row.value("ts") == moment)
        #expect(try row.value("d") == "1932-02-29")
        #expect(try row.value("j") == #"{"a": 1}"#)
        #expect(try row.value("ta") == texts)
        #expect(try row.value("ia") == [Int64(1), -2])
        #expect(try row.value("f") == 1.5)
        #expect(try row.value("none") == [String]())
        #expect(try row.optional("n", as: String.self) == nil)
        await fixture.database.shutdown()
    }

    @Test func aWrongPairingIsAnErrorAndNeverAWrongValue() async throws {
        let fixture = try DatabaseFixture()
        let statement = Statement("pair", "SELECT 'x'::text AS t, 1::bigint AS i, NULL::text AS n")
        let result = try await fixture.database.run(
            [WorkStep(statement)], in: DatabaseFixture.reader)[0]
        let row = try result.only()
        #expect(result.columnNames == ["t", "i", "n"])
        #expect(throws: DatabaseError.self) { try row.value("t", as: Int64.self) }
        #expect(throws: DatabaseError.self) { try row.value("i", as: String.self) }
        #expect(throws: DatabaseError.self) { try row.value("i", as: SQLTimestamp.self) }
        #expect(throws: DatabaseError.self) { try row.value("n", as: String.self) }
        #expect(throws: DatabaseError.self) { try row.value("missing", as: String.self) }
        #expect(throws: DatabaseError.self) { try row.value(at: 3, as: String.self) }
        await fixture.database.shutdown()
    }

    @Test func onlyRefusesNoneAndMany() async throws {
        let fixture = try DatabaseFixture()
        let statement = Statement("series", "SELECT n FROM generate_series(1, $1::int) AS n")
        for (count, isOne) in [(0, false), (1, true), (2, false)] {
            let result = try await fixture.database.run(
                [WorkStep(statement, [.int(Int64(count))])], in: DatabaseFixture.reader)[0]
            #expect(result.rows.count == count)
            let only = try? result.only()
            #expect((only != nil) == isOne)
            let numbers: [Int] = try result.rows.map { try $0.value(at: 0) }
            #expect(numbers == Array(1..<(count + 1)))
        }
        await fixture.database.shutdown()
    }
}
