import Foundation
import Testing

@testable import Wire

/// PROTOCOL.md, "Messages", against the limits and the known differences.
@Suite struct MessageDocumentTests {
    private let section: String

    init() throws {
        let document = try String(
            contentsOf: DifferentialCase.root.appending(path: "proto/PROTOCOL.md"), encoding: .utf8)
        let start = try #require(document.range(of: "\n## Messages\n"))
        let end = try #require(
            document.range(of: "\n## ", range: start.upperBound..<document.endIndex))
        section = String(document[start.upperBound..<end.lowerBound])
    }

    @Test func limitsAreThoseOfTheCode() {
        let limits = MessageLimits.standard
        let texts = [
            "nest over \(limits.depthMax) deep", "over \(limits.fieldsMax) fields",
            "\(limits.elementsMax) elements", "\(limits.unknownFieldsMax) unknown fields",
            "over \(limits.arenaBytesBase) bytes of memory and \(limits.arenaBytesPerWireByte) for",
            "over \(limits.arenaBytesMax / 1_048_576) MiB",
        ]
        for text in texts { #expect(section.contains(text), "\(text)") }
    }

    @Test func reasonsOfTheKnownDifferencesAreListed() throws {
        for known in try DifferentialTests.knownDifferences() {
            guard let reason = known.reason else { continue }
            #expect(section.contains("| \(reason) |"), "\(known.name)")
        }
    }
}
