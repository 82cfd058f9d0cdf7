import Foundation
import NIOCore
import Testing

@testable import Wire

/// The text of PROTOCOL.md.
struct ProtocolDocument {
    let text: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        text = try String(contentsOf: root.appending(path: "proto/PROTOCOL.md"), encoding: .utf8)
    }

    /// Rows of the tables below a heading, up to the next heading of its level or above. The first is
    /// the first table's head.
    func tables(below heading: String) -> [[String]] {
        var isInside = false
        var rows: [[String]] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("## ") || line.hasPrefix("### ") { isInside = line == heading }
            guard isInside, line.hasPrefix("| "), !line.hasPrefix("|--") else { continue }
            rows.append(
                line.split(separator: "|", omittingEmptySubsequences: false).dropFirst()
                    .map { $0.trimmingCharacters(in: .whitespaces) })
        }
        return rows
    }
}

/// PROTOCOL.md against the code: what it lists is what there is, and nothing is missing.
@Suite struct ProtocolDocumentTests {
    private let document: ProtocolDocument

    init() throws {
        document = try ProtocolDocument()
    }

    private func rows(below heading: String) -> [[String]] {
        Array(document.tables(below: heading).dropFirst())
    }

    @Test func limitsAreThoseOfTheCode() {
        let listed = rows(below: "## Limits").map { "\($0[0]) = \($0[1])" }
        let defaults = Mirror(reflecting: Limits.default).children.map {
            "\($0.label ?? "") = \($0.value)"
        }
        #expect(listed == defaults)
        #expect(!defaults.isEmpty)
    }

    @Test func limitsToldInTheHelloAreMarked() {
        let told = rows(below: "## Limits").filter { $0[3] == "told" }.map { $0[0] }
        let fields = Mirror(reflecting: ConnectionLimits()).children.compactMap(\.label)
        #expect(Set(told) == Set(fields))
    }

    @Test func reasonsAreThoseOfTheLibrary() {
        let listed = [
            "### Errors of a call, in its End", "### Errors of the connection, in a GoAway",
            "### What a client says of itself",
        ].flatMap { rows(below: $0) }.map { "\($0[0]) \($0[1])" }
        let known = LibraryReason.allCases.map { "\($0.rawValue) \($0.code.name)" }
        #expect(Set(listed) == Set(known))
        #expect(listed.count == known.count)
    }

    @Test func retryColumnIsWhatTheClientSays() {
        let rows =
            rows(below: "### Errors of a call, in its End")
            + rows(below: "### What a client says of itself")
        for row in rows {
            let isSafe = LibraryReason(rawValue: row[0])?.status("").isSafeToRetry
            #expect(isSafe == (row.last { !$0.isEmpty } == "yes"), "\(row[0])")
        }
    }

    @Test func everyFrameKindIsListed() {
        let listed = rows(below: "### The kinds").map { $0[0] }
        #expect(listed.count == FrameKind.allCases.count)
        for kind in FrameKind.allCases {
            #expect(listed.contains { $0.lowercased() == "`\(kind)`".lowercased() }, "\(kind)")
        }
    }

    @Test func workedExampleIsWhatTheEncoderWrites() {
        var writer = FrameWriter()
        writer.writeCancel(callID: 1)
        let hexadecimal = writer.take().readableBytesView.map { String(format: "%02x", $0) }
        let lines = ["00 00 00 04", "2a 02", "08 01"]
        #expect(hexadecimal == lines.flatMap { $0.split(separator: " ").map(String.init) })
        for line in lines { #expect(document.text.contains("\n \(line) ")) }
    }

    @Test func clientsSettingsAreThoseOfTheCode() {
        let backoff = BackoffPolicy()
        let retry = RetryPolicy()
        let settings: [(String, Double)] = [
            ("connectBackoffMilliseconds", backoff.initial / .milliseconds(1)),
            ("connectBackoffMultiplier", backoff.multiplier),
            ("connectBackoffMillisecondsMax", backoff.max / .milliseconds(1)),
            ("connectBackoffJitter", backoff.jitter),
            ("retryAttemptsMax", Double(retry.attemptsMax)),
            ("retryBackoffMilliseconds", retry.backoff.initial / .milliseconds(1)),
            ("retryBackoffMillisecondsMax", retry.backoff.max / .milliseconds(1)),
            ("retryTokensMax", retry.tokensMax), ("retryTokenRatio", retry.tokenRatio),
        ]
        let rows = rows(below: "## Staying connected, for clients")
        #expect(rows.map { $0[0] } == settings.map(\.0))
        #expect(rows.map { Double($0[1]) } == settings.map(\.1))
    }
}
