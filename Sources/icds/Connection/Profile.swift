/// A profile file: lines `key = value`, blank lines, and comments that begin with `#`.
///
///     server = icds.example.fi:7443
///     cert = tampere.pem
///
/// A path that is not absolute counts from the folder of the file; `~/` is the user's home. Several
/// files of one setting have commas between them.
struct Profile: Equatable {
    /// Files beyond this are refused unread: a profile has a handful of lines.
    static let bytesMax = 65_536

    let values: [Setting: String]

    /// Throws `UsageError` naming file and line.
    init(text: String, path: String, home: String) throws(UsageError) {
        var values: [Setting: String] = [:]
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let content = Self.trimmed(line)
            if content.isEmpty || content.hasPrefix("#") { continue }
            func wrong(_ problem: String) -> UsageError {
                UsageError("\(path):\(index + 1): \(problem)")
            }
            guard let equals = content.firstIndex(of: "=") else {
                throw wrong("is not of the form key = value")
            }
            let key = Self.trimmed(content[..<equals])
            guard let setting = Setting(rawValue: key) else {
                throw wrong("there is no setting \"\(key)\"; there are \(Setting.list)")
            }
            guard values[setting] == nil else { throw wrong("\"\(key)\" is set twice") }
            let value = Self.trimmed(content[content.index(after: equals)...])
            guard !value.isEmpty else { throw wrong("\"\(key)\" is empty") }
            let parts = setting.isList ? Setting.list(value) : [value]
            values[setting] = parts.map { part in
                setting.isPath ? Self.path(part, folder: folder, home: home) : part
            }.joined(separator: ",")
        }
        self.values = values
    }

    static func path(_ value: String, folder: String, home: String) -> String {
        if value.hasPrefix("/") { return value }
        if value.hasPrefix("~/") { return home + value.dropFirst(1) }
        return folder + "/" + value
    }

    /// Without the white space around it.
    static func trimmed(_ text: some StringProtocol) -> String {
        var slice = Substring(text)
        while let first = slice.first, first.isWhitespace { slice.removeFirst() }
        while let last = slice.last, last.isWhitespace { slice.removeLast() }
        return String(slice)
    }
}
