import Foundation
import FuzzTargets
import Testing

/// Every seed and every past crash of the fuzz targets, through the same entry points.
@Suite struct FuzzReplayTests {
    @Test(arguments: FuzzTarget.allCases)
    func seedsAndPastCrashesFindNothing(_ target: FuzzTarget) throws {
        var count = 0
        for folder in ["Seeds", "Crashes"] {
            let path = DifferentialCase.root.appending(path: "Fuzz/\(folder)/\(target.rawValue)")
            let files =
                (try? FileManager.default.contentsOfDirectory(
                    at: path, includingPropertiesForKeys: nil)) ?? []
            for file in files {
                let bytes = try Data(contentsOf: file)
                do {
                    try bytes.withUnsafeBytes { try target.run($0) }
                } catch {
                    Issue.record("\(file.path): \(error)")
                }
                count += 1
            }
        }
        #expect(count >= 20)
    }

    /// Inputs cut off and with single bytes changed: a small part of what `make fuzz` does.
    @Test(arguments: FuzzTarget.allCases)
    func damagedSeedsFindNothing(_ target: FuzzTarget) throws {
        var random = SystemRandomNumberGenerator()
        let path = DifferentialCase.root.appending(path: "Fuzz/Seeds/\(target.rawValue)")
        for file in try FileManager.default.contentsOfDirectory(
            at: path, includingPropertiesForKeys: nil)
        {
            let seed = Array(try Data(contentsOf: file))
            for _ in 0..<20 {
                var bytes = seed
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = .random(in: 0...255, using: &random)
                if random.next() % 4 == 0 { bytes.removeLast(bytes.count - place) }
                do {
                    try bytes.withUnsafeBytes { try target.run($0) }
                } catch {
                    let text = bytes.map { String(format: "%02x", $0) }.joined()
                    Issue.record("\(file.lastPathComponent) as \(text): \(error)")
                }
            }
        }
    }
}
