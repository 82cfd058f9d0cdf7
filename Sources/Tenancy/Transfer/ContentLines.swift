/// One line of a tenant's content, understood (`TenantContent` explains the letters).
enum ContentLine: Equatable {
    case head(municipalityCode: String)
    case script(SchemaHistory.Record)
    case table(name: String, columns: [String])
    /// A row as JSON.
    case row(String)
    case rowCount(Int)
    case sequence(name: String, lastValue: Int64, isCalled: Bool)
    case end(rowCount: Int, digest: String)

    init(_ line: String) throws(ExportFileError) {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        switch (words.first, words.count) {
        case ("R", 2...): self = .row(String(line.dropFirst(2)))
        case ("H", 4) where words[1] == "icds-tenant-content" && words[2] == "1":
            self = .head(municipalityCode: words[3])
        case ("V", 3):
            guard let version = Int(words[1]) else { throw Self.malformed(line) }
            self = .script(SchemaHistory.Record(version: version, digest: words[2]))
        case ("T", 3):
            self = .table(
                name: words[1], columns: words[2].split(separator: ",").map(String.init))
        case ("N", 2):
            guard let count = Int(words[1]) else { throw Self.malformed(line) }
            self = .rowCount(count)
        case ("Q", 4):
            guard let last = Int64(words[2]), words[3] == "t" || words[3] == "f" else {
                throw Self.malformed(line)
            }
            self = .sequence(name: words[1], lastValue: last, isCalled: words[3] == "t")
        case ("E", 3):
            guard let count = Int(words[1]) else { throw Self.malformed(line) }
            self = .end(rowCount: count, digest: words[2])
        default: throw Self.malformed(line)
        }
    }

    /// Names the letter only: the rest may be a person's.
    private static func malformed(_ line: String) -> ExportFileError {
        .contradictory("a line that begins with \(line.prefix(1)) is malformed")
    }
}

/// Cuts content that comes piece by piece into its lines.
struct ContentLineReader {
    /// The largest row that the tables' checks allow is well below it.
    static let lineBytesMax = 16 << 20

    private var pending: [UInt8] = []

    mutating func read(_ bytes: [UInt8]) throws(ExportFileError) -> [String] {
        pending += bytes
        var lines: [String] = []
        var start = 0
        while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: pending[start..<end], as: UTF8.self))
            start = end + 1
        }
        pending.removeFirst(start)
        guard pending.count <= Self.lineBytesMax else {
            throw .contradictory("a line is too long")
        }
        return lines
    }

    var isAtEnd: Bool { pending.isEmpty }
}
