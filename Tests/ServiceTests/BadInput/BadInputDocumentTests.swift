import Foundation
import Testing

/// docs/bad-input.md against the tests: each that it names is there.
@Suite struct BadInputDocumentTests {
    @Test func everyTestThatTheTablesNameExists() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let document = try String(
            contentsOf: tests.deletingLastPathComponent().appending(path: "docs/bad-input.md"),
            encoding: .utf8)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: tests.path)
        let rows = document.split(separator: "\n").filter { $0.hasPrefix("| ") }
        let named = rows.flatMap { $0.matches(of: /`(\w+Tests)\.(\w+)`/) }
        #expect(named.count >= 20)
        for name in named {
            let path = try #require(paths.first { $0.hasSuffix("/\(name.1).swift") }, "\(name.0)")
            let source = try String(contentsOf: tests.appending(path: path), encoding: .utf8)
            let isThere =
                source.contains(" struct \(name.1) {") && source.contains(" func \(name.2)(")
            #expect(isThere, "\(name.0)")
        }
    }
}
