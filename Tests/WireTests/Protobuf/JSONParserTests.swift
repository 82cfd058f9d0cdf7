import Testing
import Wire

@Suite struct JSONParserTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "-1.5e+10", "1E3", "\"\"", "[]", "{}", "[1,[2,[]]]",
        #"{"a":1,"b":{"c":[true,null]}}"#,
    ])
    func textComesBack(_ text: String) throws {
        #expect(try JSONValue(parsing: text).text() == text)
        let spaced = " \n\t\r" + text + " "
        #expect(try JSONValue(parsing: spaced) == JSONValue(parsing: text))
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "01", "+1", "1.", ".5", "1e", "-", "\"", "\"\\x\"", "\"\\u12\"",
        "\"\\ud800\"", "\"\\ud800x\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\n\"", "[1,]", "[1",
        "[,]",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":1", "1 2", "{}{}", "NaN", "'a'",
        "{\"a\":1,\"a\":2}", "// x\n1",
    ])
    func malformedTextIsRefused(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func escapesAreReadAndWritten() throws {
        let text = #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude08""#
        let value = try JSONValue(parsing: text)
        #expect(value == .string("\"\\/\u{8}\u{C}\n\r\té😈"))
        #expect(try JSONValue(parsing: value.text()) == value)
        #expect(JSONValue.string("\u{1}\u{7F}\u{2028}").text() == #""\u0001\u007f\u2028""#)
    }

    @Test func depthIsLimited() throws {
        let limits = JSONLimits(depthMax: 3)
        #expect(throws: Never.self) { try JSONValue(parsing: "[[{}]]", limits: limits) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: "[[[{}]]]", limits: limits) }
        let bomb = String(repeating: "[", count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: bomb) }
    }

    @Test func lengthIsLimited() throws {
        let limits = JSONLimits(bytesMax: 4)
        #expect(throws: Never.self) { try JSONValue(parsing: "1234", limits: limits) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: "12345", limits: limits) }
    }

    @Test func indentedTextIsReadable() throws {
        let value = try JSONValue(parsing: #"{"a":[1,{}],"b":[]}"#)
        let expected = """
            {
              "a": [
                1,
                {}
              ],
              "b": []
            }
            """
        #expect(value.text(indented: true) == expected)
    }
}
