import Foundation
import NIOCore
import Testing

@testable import Observation

/// docs/operations.md against the code.
@Suite struct OperationsDocumentTests {
    private func document() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/operations.md"), encoding: .utf8)
    }

    @Test func theTableOfMetricsIsTheCatalogue() throws {
        let section = try #require(try document().split(separator: "### Metrics").last)
            .split(separator: "\n## ")[0]
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
        let wanted = MetricFamily.daemon.map { family in
            let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(family.name)` | \(family.kind.rawValue) | \(labels) | \(family.help) |"
        }
        #expect(rows == wanted)
    }

    @Test func theLimitsOfTheAdminPortAreThoseOfTheCode() throws {
        let configuration = try AdminConfiguration(host: "127.0.0.1", port: 0)
        #expect(configuration.requestBytesMax == 8 * 1_024)
        #expect(configuration.requestTimeout == .seconds(5))
        #expect(configuration.connectionsMax == 16)
        let text = try document()
        #expect(text.contains("at most 8 KiB (431) within 5 s (408); 16 connections at once"))
    }
}
