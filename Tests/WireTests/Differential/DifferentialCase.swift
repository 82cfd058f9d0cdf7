import Contract
import Foundation
import TestSupport

@testable import Wire

/// A message with what PyPI's `protobuf` makes of it; `Tests/Differential/make-cases` writes them.
struct DifferentialCase {
    /// The known difference that this is a sample of; empty for generated cases.
    let sample: String
    let messageName: String
    let bytes: [UInt8]
    /// What the other side says of the message.
    enum Verdict: Equatable {
        case refused
        /// Taken, with its canonical bytes.
        case taken([UInt8])
        /// Taken, and read in a way of its own.
        case takenUncompared
    }

    let verdict: Verdict
    /// The other side's JSON; empty where it was not asked or has none.
    let json: String

    /// Every message of the contract by its name.
    static let types: [String: any WireMessage.Type] = Dictionary(
        uniqueKeysWithValues: (FrameMessageList.all + ContractMessageList.all).map {
            ($0.messageName, $0)
        })

    /// Whether the message is of a kind that has no fields.
    var isFieldless: Bool {
        Self.types[messageName]?.shape.table.pointee.fields.isEmpty ?? false
    }

    /// The top of the repository.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Has so many cases made from a seed, after the samples of every known difference.
    static func made(seed: UInt32, count: Int) throws -> [DifferentialCase] {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "icds-differential-\(getpid())-\(seed)")
        defer { try? FileManager.default.removeItem(at: file) }
        let python = root.appending(path: ".venv/bin/python3").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw ProgramRun.Failure(
                description: "\(python) is not there: `scripts/deps --tools` makes it")
        }
        let script = root.appending(path: "Tests/Differential/make-cases").path
        try ProgramRun.run(
            python,
            [script, "--seed", "\(seed)", "--count", "\(count)", "--output", file.path])
        return try read(Array(Data(contentsOf: file)))
    }

    private static func read(_ bytes: [UInt8]) throws -> [DifferentialCase] {
        var cases: [DifferentialCase] = []
        var rest = bytes[...]
        func part() -> [UInt8] {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            defer { rest = rest.dropFirst(4 + length) }
            return Array(rest.dropFirst(4).prefix(length))
        }
        while !rest.isEmpty {
            let (sample, name, bytes, verdict, json) = (part(), part(), part(), part(), part())
            cases.append(
                DifferentialCase(
                    sample: String(decoding: sample, as: UTF8.self),
                    messageName: String(decoding: name, as: UTF8.self), bytes: bytes,
                    verdict: Verdict(verdict),
                    json: String(decoding: json, as: UTF8.self)))
        }
        return cases
    }
}

extension DifferentialCase.Verdict {
    init(_ bytes: [UInt8]) {
        switch bytes.first {
        case nil: self = .refused
        case 1: self = .taken(Array(bytes.dropFirst()))
        default: self = .takenUncompared
        }
    }
}

/// Where the two sides differ, if they do.
enum Difference: Equatable, CustomStringConvertible {
    /// We refuse what the other takes.
    case refused(reason: String, text: String)
    /// We take what the other refuses.
    case taken
    /// Both take it and read something else.
    case content(ours: [UInt8])
    /// Both read the same and write other JSON, or read each other's otherwise.
    case json(ours: String)

    var description: String {
        switch self {
        case .refused(let reason, let text): "refused by us: \(reason) \(text)"
        case .taken: "refused by protobuf"
        case .content(let ours): "read by us as \(hex(ours))"
        case .json(let ours): "JSON of ours: \(ours)"
        }
    }
}

extension DifferentialCase: CustomStringConvertible {
    var description: String {
        let verdictText = if case .taken(let bytes) = verdict { hex(bytes) } else { "\(verdict)" }
        return "\(messageName) \(hex(bytes)), by protobuf: \(verdictText) \(json)"
    }

    /// Compares our decoder with the verdict.
    func difference() -> Difference? {
        guard let type = Self.types[messageName] else { return .taken }
        return difference(type)
    }

    private func difference<Message: WireMessage>(_ type: Message.Type) -> Difference? {
        do throws(RPCStatus) {
            let message = try Message(decoding: bytes)
            let ours = try message.encoded()
            guard case .taken(let canonical) = verdict else {
                return verdict == .refused ? .taken : nil
            }
            guard ours == canonical else { return .content(ours: ours) }
            return json.isEmpty ? nil : jsonDifference(message)
        } catch {
            return verdict == .refused ? nil : .refused(reason: error.reason, text: error.message)
        }
    }

    private func jsonDifference<Message: WireMessage>(_ message: Message) -> Difference? {
        let ours = message.json
        guard let theirs = try? JSONValue(parsing: json), Self.sorted(theirs) == Self.sorted(ours),
            let back = try? Message(json: theirs), back == message
        else { return .json(ours: ours.text()) }
        return nil
    }

    /// The value with the members of objects in the order of their names.
    static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(sorted))
        case .object(let members):
            .object(
                members.map { JSONMember(name: $0.name, value: sorted($0.value)) }
                    .sorted { $0.name < $1.name })
        default: value
        }
    }
}

private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
}
