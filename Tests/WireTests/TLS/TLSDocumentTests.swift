import Foundation
import Testing

/// docs/tls.md against the tests and the sources.
@Suite struct TLSDocumentTests {
    private static let top = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.top.appending(path: path), encoding: .utf8)
    }

    private func rows() throws -> [Substring] {
        try text("docs/tls.md").split(separator: "\n").filter { $0.hasPrefix("| ") }
    }

    @Test func everyTestThatIsNamedExists() throws {
        let folder = Self.top.appending(path: "Tests")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let named = try rows().flatMap { $0.matches(of: /`(\w+Tests)\.(\w+)`/) }
        #expect(named.count >= 60)
        for name in named {
            let path = try #require(paths.first { $0.hasSuffix("/\(name.1).swift") }, "\(name.0)")
            let source = try text("Tests/\(path)")
            let isThere =
                source.contains(" struct \(name.1) {") && source.contains(" func \(name.2)(")
            #expect(isThere, "\(name.0)")
        }
    }

    /// Each case has a test, or the reason why it cannot arise or be seen.
    @Test func everyCaseIsAnswered() throws {
        let cases = try rows().filter { $0.contains(/^\| \d+ \|/) }
        #expect(cases.count == 29)
        for (index, row) in cases.enumerated() {
            #expect(row.hasPrefix("| \(index + 1) |"))
            let columns = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(columns.count == 4, "\(row)")
            let answer = columns.last ?? ""
            #expect(
                answer.contains("Tests.") || answer.contains("cannot"), "\(index + 1): \(answer)")
        }
    }

    /// What must never be called: a buffer that all threads share, and a log of keys.
    @Test func forbiddenFunctionsAreNotCalled() throws {
        let folder = Self.top.appending(path: "Sources")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".swift") || $0.hasSuffix(".h") || $0.hasSuffix(".c") }
        #expect(paths.count > 100)
        for path in paths {
            let source = try text("Sources/\(path)")
            for name in ["ERR_error_string(", "set_keylog_callback"] {
                #expect(!source.contains(name), "\(name) in \(path)")
            }
        }
    }
}
