import Foundation
import Testing

@testable import Wire

/// Our decoder beside PyPI's `protobuf` (upb): they take and refuse the same messages, and read the
/// same in those that both take, but for the differences listed in `known-differences.json`.
@Suite struct DifferentialTests {
    static let casesPerSeed = 10_000

    /// A difference that is there on purpose. PROTOCOL.md, "Messages", says what a sender needs to
    /// know of each.
    struct KnownDifference: Decodable {
        let name: String
        let why: String
        /// What our side does with the sample: "refused" with a reason and a text that begins so,
        /// or "content".
        let ours: String
        let reason: String?
        let text: String?
        /// The difference is there in messages without fields only.
        let isFieldless: Bool?

        /// Whether it allows us to refuse a message.
        func allows(_ each: DifferentialCase, _ reason: String, _ text: String) -> Bool {
            ours == "refused" && self.reason == reason && text.hasPrefix(self.text ?? "-")
                && (isFieldless != true || each.isFieldless)
        }
    }

    static func knownDifferences() throws -> [KnownDifference] {
        let file = DifferentialCase.root.appending(
            path: "Tests/Differential/known-differences.json")
        return try JSONDecoder().decode([KnownDifference].self, from: Data(contentsOf: file))
    }

    /// Of a fixed seed, and of one that is new in every run: a message that fails names its own.
    @Test(arguments: [1, UInt32.random(in: 2...UInt32.max)])
    func decodersAgreeButForTheKnownDifferences(_ seed: UInt32) throws {
        let known = try Self.knownDifferences()
        let cases = try DifferentialCase.made(seed: seed, count: Self.casesPerSeed)
            .filter { $0.sample.isEmpty }
        #expect(cases.count == Self.casesPerSeed)
        var failures: [String] = []
        var taken = 0
        for (number, each) in cases.enumerated() {
            let difference = each.difference()
            if each.verdict != .refused && difference == nil { taken += 1 }
            guard let difference else { continue }
            if case .refused(let reason, let text) = difference,
                known.contains(where: { $0.allows(each, reason, text) })
            {
                continue
            }
            failures.append("seed \(seed), case \(number): \(each), \(difference)")
        }
        let areNone = failures.isEmpty
        #expect(areNone, "\(failures.count) of them: \(failures.prefix(3))")
        // The cases are worth something only where many of them are read to their end.
        #expect(taken > Self.casesPerSeed / 4)
    }

    /// An entry that no longer differs has to leave the list, and PROTOCOL.md.
    @Test func knownDifferencesStillDiffer() throws {
        let known = try Self.knownDifferences()
        let samples = try DifferentialCase.made(seed: 0, count: 0)
        #expect(known.map(\.name) == samples.map(\.sample))
        #expect(!known.isEmpty)
        for (entry, sample) in zip(known, samples) {
            switch sample.difference() {
            case .refused(let reason, let text):
                #expect(entry.allows(sample, reason, text), "\(entry.name): \(reason) \(text)")
            case .content: #expect(entry.ours == "content", "\(entry.name)")
            case .taken: #expect(entry.ours == "taken", "\(entry.name)")
            case .json, nil: Issue.record("\(entry.name) no longer differs: \(sample.messageName)")
            }
        }
    }
}
