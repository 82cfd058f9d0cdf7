import Foundation
import Wire

/// Lines of JSON between the program and the script that started it.
enum Line {
    /// Writes a line to standard output at once, although that is a pipe.
    static func write(_ members: [String: LineValue]) {
        let text = members.sorted { $0.key < $1.key }
            .map { "\"\($0.key)\": \($0.value.json)" }.joined(separator: ", ")
        try? FileHandle.standardOutput.write(contentsOf: Data("{\(text)}\n".utf8))
    }
}

/// A value in such a line.
indirect enum LineValue {
    case text(String)
    case number(Double)
    case object([String: Int])
    case numbers([Int])

    var json: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .number(let number): "\(number)"
        case .numbers(let numbers): "\(numbers)"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }
                .map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
        }
    }
}
