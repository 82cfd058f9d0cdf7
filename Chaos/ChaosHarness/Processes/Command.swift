import Foundation
import Rehearsal

/// Programs that are run to their end.
enum Command {
    /// Nothing of this process's environment: settings of the shell are not for the run.
    static let environment = [
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC",
    ]

    /// Runs a program and waits.
    ///
    /// - Parameter log: the file that takes its output, written anew.
    /// - Returns: what it wrote.
    /// - Throws: `ProcessFailure` where it does not end with 0, with the end of its output.
    @discardableResult
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], log: String
    ) async throws -> String {
        let process = try ChildProcess(
            program: program, arguments: arguments,
            environment: Self.environment.merging(environment) { _, new in new }, log: log)
        let status = await process.status()
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        guard status == 0 else {
            let name = URL(fileURLWithPath: program).lastPathComponent
            let words = ([name] + arguments).joined(separator: " ")
            throw ProcessFailure("\(words) ended with \(status):\n\(text.suffix(2_000))")
        }
        return text
    }
}
