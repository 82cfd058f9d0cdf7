import Testing

@testable import icds

@Suite("Tables")
struct TableTests {
    @Test func alignColumnsByWhatTheyHold() {
        var table = Table([.fixed("code"), .flexible("name"), .number("count")])
        table.add(["837", "Tampere", "9"])
        table.add(["564", "Oulu", "120"])
        #expect(
            table.rendered(columnsMax: nil) == """
                CODE  NAME     COUNT
                837   Tampere      9
                564   Oulu       120

                """)
    }

    @Test func countColumnsAndNotBytes() {
        var table = Table([.flexible("name"), .fixed("x")])
        table.add(["Äänekoski", "1"])
        table.add(["東京", "2"])
        table.add(["e\u{301}", "3"])
        let lines = table.rendered(columnsMax: nil).split(separator: "\n")
        #expect(lines[1] == "Äänekoski  1")
        #expect(lines[2] == "東京       2")
        #expect(lines[3] == "e\u{301}          3")
    }

    @Test func cutTheWidestFlexibleColumnToFitTheTerminal() {
        var table = Table([.fixed("id"), .flexible("long"), .flexible("short")])
        table.add(["12345678901234567890", String(repeating: "a", count: 60), "bbbbbbbbb"])
        let lines = table.rendered(columnsMax: 50).split(separator: "\n")
        #expect(lines.allSatisfy { DisplayWidth.columns(of: $0) <= 50 })
        #expect(lines[1].contains("12345678901234567890"))
        #expect(lines[1].contains("a…"))
        #expect(lines[1].contains("bbbbbbbbb"))
    }

    @Test func cutNothingWhereThereIsNoTerminal() {
        var table = Table([.flexible("long")])
        let text = String(repeating: "a", count: 500)
        table.add([text])
        #expect(table.rendered(columnsMax: nil).contains(text))
    }

    @Test func neverCutACode() {
        var table = Table([.fixed("fingerprint"), .flexible("name")])
        table.add([String(repeating: "f", count: 64), "name"])
        #expect(table.rendered(columnsMax: 20).contains(String(repeating: "f", count: 64)))
    }

    @Test func fillInWhatIsMissingAndDropWhatIsTooMuch() {
        var table = Table([.fixed("a"), .fixed("b")])
        table.add(["1"])
        table.add(["1", "2", "3"])
        #expect(table.rows == [["1", ""], ["1", "2"]])
    }

    @Test func writeOutWhatWouldCommandTheTerminal() {
        var table = Table([.flexible("name")])
        table.add(["\u{1B}[2Jevil\u{7}\nline\u{202E}"])
        let text = table.rendered(columnsMax: nil)
        #expect(!text.contains("\u{1B}"))
        #expect(!text.contains("\u{202E}"))
        #expect(text.contains("\\u{1B}[2Jevil\\u{7} line\\u{202E}"))
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("åäö", 3), ("e\u{301}", 1), ("漢字", 4), ("👩‍👩‍👧", 2), ("❤\u{FE0F}", 2),
        ("한국", 4), ("\u{200B}", 0),
    ])
    func countTheColumnsOfAText(text: String, columns: Int) {
        #expect(DisplayWidth.columns(of: text) == columns)
    }

    @Test func neverCutAWideCharacterInTwo() {
        #expect(DisplayWidth.cut("漢字漢字", to: 4) == "漢…")
        #expect(DisplayWidth.cut("漢字", to: 4) == "漢字")
        #expect(DisplayWidth.cut("abc", to: 0) == "")
    }
}

@Suite("Outlines")
struct OutlineTests {
    @Test func leaveOutWhatIsEmpty() {
        var outline = Outline()
        outline.heading("Client")
        outline.field("name", "Ada")
        outline.field("e-mail", "")
        outline.heading("Nothing here")
        outline.heading("Notes")
        outline.field("text", "one\ntwo")
        #expect(
            outline.rendered() == """
                Client
                  name  Ada

                Notes
                  text  one
                        two

                """)
    }

    @Test func leaveOutALastHeadingWithoutFields() {
        var outline = Outline()
        outline.heading("Client")
        outline.field("name", "Ada")
        outline.heading("Nothing here")
        #expect(!outline.rendered().contains("Nothing"))
    }
}
