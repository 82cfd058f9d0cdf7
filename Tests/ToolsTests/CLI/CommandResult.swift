import Foundation
import Synchronization

@testable import icds

/// What one command line comes to.
struct CommandResult {
    let status: ExitStatus
    let output: String
    let error: String

    static func of(_ arguments: [String]) async -> CommandResult {
        let written = Written()
        let sink: @Sendable (Terminal.Stream, String) -> Void = { written.add($0, $1) }
        let status = await Terminal.$sink.withValue(sink) {
            await Main.run(arguments)
        }
        return CommandResult(
            status: status, output: written.text(.output), error: written.text(.error))
    }

    /// The names that a help text lists under its subcommands.
    static func subcommands(inHelp help: String) -> [String] {
        guard let start = help.range(of: "SUBCOMMANDS:\n") else { return [] }
        return help[start.upperBound...].split(separator: "\n").compactMap { line in
            guard line.hasPrefix("  "), !line.hasPrefix("   "), !line.hasPrefix("  See ") else {
                return nil
            }
            return line.split(separator: " ").first.map(String.init)
        }
    }
}

private final class Written: Sendable {
    private let texts = Mutex<[Terminal.Stream: String]>([:])

    func add(_ stream: Terminal.Stream, _ text: String) {
        texts.withLock { $0[stream, default: ""] += text }
    }

    func text(_ stream: Terminal.Stream) -> String {
        texts.withLock { $0[stream] ?? "" }
    }
}

/// A file that is gone when nobody holds it any more.
final class TemporaryFile {
    let path: String

    init(_ text: String) throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("icds-test-\(UUID().uuidString)").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
